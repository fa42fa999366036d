using Loci;
using Loci.Checkpoints;
using Paint.Strokes;

namespace Paint.Model;

/// <summary>A stroke that the predictor answers with, and the logit of its decision to be painted.</summary>
public readonly record struct StrokeAnswer(Stroke Stroke, float Decision)
{
    public bool IsPainted => Decision > 0;
}

/// <summary>
/// The trained predictor in managed code, over the packed product of Loci.Memory. Safe for use by many threads.
/// </summary>
public sealed class StrokePredictor
{
    private const int Width = PredictorShape.Width, Chunk = 32;

    private readonly ConvolutionStack _target, _canvas;
    private readonly DenseLayer _join, _hidden, _stroke, _decision;
    private readonly float[] _places, _queries;         // [tokens, width], [queries, width]
    private readonly PredictorLayer[] _encoder, _decoder;
    private readonly NormLayer _encoderNorm, _decoderNorm;

    private StrokePredictor(Checkpoint file)
    {
        (_target, _canvas) = (new(file, "target"), new(file, "canvas"));
        _join = new(file, "join", 2 * PredictorShape.Channels[^1], Width);
        float[] rows = file.OpenShaped("rows", PredictorShape.Grid, 1, Width).ReadFloats();
        float[] columns = file.OpenShaped("columns", 1, PredictorShape.Grid, Width).ReadFloats();
        _places = [.. Enumerable.Range(0, PredictorShape.Tokens * Width).Select(
            i => rows[i / Width / PredictorShape.Grid * Width + i % Width]
                + columns[i / Width % PredictorShape.Grid * Width + i % Width])];
        _queries = file.OpenShaped("queries", 1, PredictorShape.Queries, Width).ReadFloats();
        _encoder = [.. Enumerable.Range(0, PredictorShape.Layers).Select(
            i => new PredictorLayer(file, $"encoder.{i}", reads: false))];
        _decoder = [.. Enumerable.Range(0, PredictorShape.Layers).Select(
            i => new PredictorLayer(file, $"decoder.{i}", reads: true))];
        (_encoderNorm, _decoderNorm) = (new(file, "encoder.norm"), new(file, "decoder.norm"));
        _hidden = new(file, "stroke.hidden", Width, Width);
        _stroke = new(file, "stroke.output", Width, Stroke.Size);
        _decision = new(file, "decision", Width, 1);
    }

    /// <summary>Reads a predictor.</summary>
    /// <exception cref="LociException">The file cannot be read, or holds something else; says what.</exception>
    public static StrokePredictor Open(string path)
    {
        using var file = SafetensorsFile.Open(path);
        if (!file.Metadata.TryGetValue("format", out string? format) || format != PredictorFile.Format)
            throw new LociException($"{path} is not a «{PredictorFile.Format}»: train one with paint train.");
        return new(file);
    }

    /// <summary>Asks for the strokes of patches.</summary>
    /// <param name="targets">What is to be there. [patches, 3, patch, patch]</param>
    /// <param name="canvases">What is there. [patches, 3, patch, patch]</param>
    /// <param name="patches">How many.</param>
    /// <param name="threads">Most threads; the answers do not depend on it.</param>
    /// <param name="show">
    /// Told the decoder's layer, the number of the first answer, and the coefficients of its cells [answers, cells]
    /// before they are used; it may change them. Called by several threads.
    /// </param>
    /// <returns>[patches, queries]</returns>
    public StrokeAnswer[] Ask(
        float[] targets, float[] canvases, int patches, int threads = 1, Action<int, int, float[]>? show = null)
    {
        const int Picture = 3 * PredictorShape.Patch * PredictorShape.Patch;
        var answers = new StrokeAnswer[patches * PredictorShape.Queries];
        Parallel.For(0, (patches + Chunk - 1) / Chunk, new() { MaxDegreeOfParallelism = threads }, chunk =>
        {
            int first = chunk * Chunk, count = Math.Min(Chunk, patches - first);
            Ask(targets.AsSpan(first * Picture, count * Picture), canvases.AsSpan(first * Picture, count * Picture),
                count, answers.AsSpan(first * PredictorShape.Queries, count * PredictorShape.Queries),
                first * PredictorShape.Queries, show);
        });
        return answers;
    }

    private void Ask(
        ReadOnlySpan<float> targets, ReadOnlySpan<float> canvases, int count, Span<StrokeAnswer> answers, int first,
        Action<int, int, float[]>? show)
    {
        int channels = PredictorShape.Channels[^1], rows = count * PredictorShape.Tokens;
        float[] a = _target.Apply(targets, count), b = _canvas.Apply(canvases, count);
        float[] both = new float[2 * a.Length];
        for (int row = 0; row < rows; row++)
        {
            a.AsSpan(row * channels, channels).CopyTo(both.AsSpan(2 * row * channels));
            b.AsSpan(row * channels, channels).CopyTo(both.AsSpan((2 * row + 1) * channels));
        }
        float[] x = _join.Apply(both, rows);
        for (int i = 0; i < x.Length; i++) x[i] += _places[i % _places.Length];
        foreach (var layer in _encoder) layer.Apply(x, memory: null, count, show: null);
        float[] memory = _encoderNorm.Apply(x), y = new float[count * _queries.Length];
        for (int p = 0; p < count; p++) _queries.CopyTo(y, p * _queries.Length);
        for (int i = 0; i < _decoder.Length; i++)
        {
            int number = i;
            _decoder[i].Apply(y, memory, count, show is null ? null : m => show(number, first, m));
        }
        y = _decoderNorm.Apply(y);
        float[] hidden = _hidden.Apply(y, answers.Length), decisions = _decision.Apply(y, answers.Length);
        for (int i = 0; i < hidden.Length; i++) hidden[i] = Math.Max(0, hidden[i]);
        float[] strokes = _stroke.Apply(hidden, answers.Length);
        for (int i = 0; i < strokes.Length; i++) strokes[i] = 1 / (1 + MathF.Exp(-strokes[i]));
        for (int i = 0; i < answers.Length; i++)
            answers[i] = new(Stroke.Of(strokes.AsSpan(i * Stroke.Size)), decisions[i]);
    }
}
