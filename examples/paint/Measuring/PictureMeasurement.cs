using System.Diagnostics;
using Loci.Memory.Numerics;
using Paint.Model;
using Paint.Painting;
using Paint.Strokes;

namespace Paint.Measuring;

/// <summary>A whole picture, painted in every way with as many strokes.</summary>
/// <param name="Name">The picture.</param>
/// <param name="Unchanged">Error of the empty canvas.</param>
/// <param name="Random">Error of random strokes.</param>
/// <param name="Climbed">Error of hill climbing.</param>
/// <param name="Painted">Error of the predictor.</param>
/// <param name="ClimbingSeconds">Time of hill climbing.</param>
/// <param name="PaintingSeconds">Time of the predictor.</param>
/// <param name="Layers">Strokes so far and error after each layer.</param>
/// <param name="Painting">The strokes of the predictor.</param>
internal sealed record PaintedPicture(
    string Name, double Unchanged, double Random, double Climbed, double Painted, double ClimbingSeconds,
    double PaintingSeconds, IReadOnlyList<(int Strokes, double Error)> Layers, StrokePainting Painting);

/// <summary>The predictor on pictures, coarse to fine.</summary>
internal static class PictureMeasurement
{
    private const int Tries = 30;

    public static PaintedPicture Run(StrokePredictor predictor, string name, Canvas target, int threads)
    {
        var layers = new List<(int, double)>();
        var watch = Stopwatch.StartNew();
        var painting = new Painter(predictor).Paint(
            target, threads, (_, canvas, strokes) => layers.Add((strokes, canvas.Distance(target))));
        double seconds = watch.Elapsed.TotalSeconds;
        var ground = Canvas.Filled(target.Width, target.Height, painting.Ground);
        Canvas random = ground.Copy(), climbed = ground.Copy();
        HillClimber.Paint(target, random, painting.Strokes, 1, RandomStream.Of(1, $"paint random strokes {name}"));
        watch.Restart();
        HillClimber.Paint(target, climbed, painting.Strokes, Tries, RandomStream.Of(1, $"paint hill climbing {name}"));
        return new(
            name, ground.Distance(target), random.Distance(target), climbed.Distance(target),
            layers[^1].Item2, watch.Elapsed.TotalSeconds, seconds, layers, painting);
    }
}
