using System.Diagnostics;
using Paint.Model;
using Paint.Strokes;
using Paint.Training;
using static TorchSharp.torch;

namespace Paint.Measuring;

/// <summary>Time of the managed engine and of Torch for the same patches, by turns, in one run.</summary>
/// <param name="Patches">Asked about in a turn.</param>
/// <param name="Managed">Milliseconds of a turn, the median.</param>
/// <param name="Torch">Milliseconds of a turn, the median.</param>
/// <param name="Ratio">Torch's time over ours in neighbouring turns, the median.</param>
internal sealed record EngineRatio(int Patches, double Managed, double Torch, double Ratio)
{
    private const int Turns = 15, Asked = 256;

    /// <param name="predictor">The managed engine's.</param>
    /// <param name="threads">Of both.</param>
    public static EngineRatio Measure(StrokePredictor predictor, int threads)
    {
        var examples = RandomStrokes.Draw(
            Asked, PredictorShape.Patch, PredictorShape.Queries, seed: 1, "paint timed strokes", part: 0);
        // What the weights are costs no time.
        using var network = new StrokeNetwork(seed: 1);
        set_num_threads(threads);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Tensor targets = StrokeTrainer.Stack(examples.Select(e => e.Target)),
            canvases = StrokeTrainer.Stack(examples.Select(e => e.Canvas));
        float[] ownTargets = targets.contiguous().data<float>().ToArray();
        float[] ownCanvases = canvases.contiguous().data<float>().ToArray();
        double[] managed = new double[Turns], torch = new double[Turns];
        for (int turn = -2; turn < Turns; turn++)
        {
            double ours = Milliseconds(() => predictor.Ask(ownTargets, ownCanvases, Asked, threads));
            double theirs = Milliseconds(() =>
            {
                using var turnScope = NewDisposeScope();
                network.Apply(targets, canvases, training: false);
            });
            if (turn >= 0) (managed[turn], torch[turn]) = (ours, theirs);
        }
        return new(Asked, Median(managed), Median(torch), Median([.. torch.Zip(managed, (t, m) => t / m)]));
    }

    private static double Milliseconds(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
