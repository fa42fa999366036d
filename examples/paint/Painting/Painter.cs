using Paint.Model;
using Paint.Strokes;

namespace Paint.Painting;

/// <summary>
/// Paints a picture coarse to fine: first as one patch, then as four, and so on until a patch is 16 pixels wide. Each
/// layer sees what the layers before it have painted.
/// </summary>
public sealed class Painter(StrokePredictor predictor)
{
    /// <summary>Pixels of a side, at most.</summary>
    public const int Largest = 4096;

    /// <summary>The cells of the decoder that are looked at, or changed, while painting; null: none.</summary>
    public Action<int, int, float[]>? Show { get; init; }

    /// <summary>Paints a picture.</summary>
    /// <param name="target">What to paint.</param>
    /// <param name="threads">Most threads; the strokes do not depend on it.</param>
    /// <param name="layerDone">Told the number of a layer and the canvas after it.</param>
    public StrokePainting Paint(Canvas target, int threads = 1, Action<int, Canvas, int>? layerDone = null)
    {
        int side = PredictorShape.Patch;
        while (side < Math.Max(target.Width, target.Height)) side *= 2;
        var ground = target.Mean();
        var canvas = Canvas.Filled(target.Width, target.Height, ground);
        var strokes = new List<PlacedStroke>();
        for (int layer = 0; side >= PredictorShape.Patch; layer++, side /= 2)
        {
            Layer(target, canvas, layer, side, threads, strokes);
            layerDone?.Invoke(layer, canvas, strokes.Count);
        }
        return new(target.Width, target.Height, ground, strokes);
    }

    private void Layer(
        Canvas target, Canvas canvas, int layer, int side, int threads, List<PlacedStroke> strokes)
    {
        int across = (target.Width + side - 1) / side, count = across * ((target.Height + side - 1) / side);
        float[] targets = new float[count * Patches.Size], canvases = new float[count * Patches.Size];
        Parallel.For(0, count, new() { MaxDegreeOfParallelism = threads }, i =>
        {
            int left = i % across * side, top = i / across * side, at = i * Patches.Size;
            Patches.Shrink(target, left, top, side, targets.AsSpan(at, Patches.Size));
            Patches.Shrink(canvas, left, top, side, canvases.AsSpan(at, Patches.Size));
        });
        var answers = predictor.Ask(targets, canvases, count, threads, Show);
        for (int i = 0; i < answers.Length; i++)
        {
            if (!answers[i].IsPainted) continue;
            int patch = i / PredictorShape.Queries, left = patch % across * side, top = patch / across * side;
            var stroke = answers[i].Stroke;
            var placed = new PlacedStroke(
                layer, left, top, side, stroke, Patches.Paint(target, left, top, side, stroke));
            placed.PaintOn(canvas);
            strokes.Add(placed);
        }
    }
}
