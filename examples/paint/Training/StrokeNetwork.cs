using Loci.Torch.Networks;
using Paint.Model;
using Paint.Strokes;
using static TorchSharp.torch;

namespace Paint.Training;

/// <summary>
/// The stroke predictor as Torch trains it: target and canvas pass two small convolutional networks, a transformer's
/// encoder reads the patch, and learned queries ask it for strokes (Liu et al. 2021, arXiv 2108.03798, section 3.2).
/// </summary>
internal sealed class StrokeNetwork : IDisposable
{
    private const int Width = PredictorShape.Width;

    private readonly Convolutions _target = new("target"), _canvas = new("canvas");
    private readonly Dense _join = new("join", 2 * PredictorShape.Channels[^1], Width);
    private readonly Parameter _rows = new("rows", [PredictorShape.Grid, 1, Width], deviation: 0.3, mean: 0);
    private readonly Parameter _columns = new("columns", [1, PredictorShape.Grid, Width], deviation: 0.3, mean: 0);
    private readonly Parameter _queries = new("queries", [1, PredictorShape.Queries, Width], deviation: 1, mean: 0);
    private readonly Layer[] _encoder =
        [.. Enumerable.Range(0, PredictorShape.Layers).Select(i => new Layer($"encoder.{i}", reads: false))];
    private readonly Layer[] _decoder =
        [.. Enumerable.Range(0, PredictorShape.Layers).Select(i => new Layer($"decoder.{i}", reads: true))];
    private readonly Norm _encoderNorm = new("encoder.norm"), _decoderNorm = new("decoder.norm");
    private readonly Dense _hidden = new("stroke.hidden", Width, Width);
    private readonly Dense _stroke = new("stroke.output", Width, Stroke.Size), _decision = new("decision", Width, 1);

    public StrokeNetwork(int seed)
    {
        Parameters = new(
        [
            .. _target.Parameters, .. _canvas.Parameters, .. _join.Parameters, _rows, _columns, _queries,
            .. _encoder.SelectMany(layer => layer.Parameters), .. _encoderNorm.Parameters,
            .. _decoder.SelectMany(layer => layer.Parameters), .. _decoderNorm.Parameters,
            .. _hidden.Parameters, .. _stroke.Parameters, .. _decision.Parameters,
        ]);
        Parameters.Initialise(Loci.Memory.Numerics.RandomStream.Seed(seed, "paint weights"));
    }

    public ParameterSet Parameters { get; }

    /// <summary>Running statistics of the batch norms, by name.</summary>
    public IEnumerable<(string Name, Tensor Values)> Statistics => [.. _target.Statistics, .. _canvas.Statistics];

    /// <param name="target">[batch, 3, patch, patch]</param>
    /// <param name="canvas">[batch, 3, patch, patch]</param>
    /// <param name="training">Batch norm by the batch.</param>
    /// <returns>Strokes [batch, queries, 5], from 0 to 1, and the logits of their decisions [batch, queries].</returns>
    public (Tensor Strokes, Tensor Decisions) Apply(Tensor target, Tensor canvas, bool training)
    {
        long batch = target.shape[0];
        var features = cat([_target.Apply(target, training), _canvas.Apply(canvas, training)], 1);
        var tokens = _join.Apply(features.permute(0, 2, 3, 1)) + _rows.Values + _columns.Values;
        var x = tokens.view(batch, PredictorShape.Tokens, Width);
        foreach (var layer in _encoder) x = layer.Apply(x);
        var memory = _encoderNorm.Apply(x);
        var answers = _queries.Values.expand(batch, PredictorShape.Queries, Width);
        foreach (var layer in _decoder) answers = layer.Apply(answers, memory);
        answers = _decoderNorm.Apply(answers);
        var strokes = sigmoid(_stroke.Apply(nn.functional.relu(_hidden.Apply(answers))));
        return (strokes, _decision.Apply(answers).squeeze(2));
    }

    public void Dispose()
    {
        Parameters.Dispose();
        _target.Dispose();
        _canvas.Dispose();
    }
}
