using System.Diagnostics;
using Loci.Memory.Numerics;
using Paint.Model;
using Paint.Painting;
using Paint.Strokes;
using Paint.Training;

namespace Paint.Measuring;

/// <summary>One way to paint, over held-out targets. Four patches share a canvas, so the unit is the canvas.</summary>
/// <param name="Name">The way.</param>
/// <param name="Error">Mean absolute difference of a pixel.</param>
/// <param name="Strokes">Painted, in the mean of all patches.</param>
/// <param name="Seconds">In all.</param>
internal sealed record PaintedTargets(string Name, Interval Error, double Strokes, double Seconds);

/// <summary>The predictor on random strokes that training has not seen, against what else could be done.</summary>
internal static class SyntheticMeasurement
{
    public const string Purpose = "paint held-out strokes";

    private const int Patch = PredictorShape.Patch, Tries = 100;

    /// <summary>Draws targets, paints them in every way.</summary>
    /// <param name="predictor">The predictor.</param>
    /// <param name="count">Targets, a multiple of 4.</param>
    public static (PaintedTargets[] Ways, Interval Matched, Interval MatchedToOthers) Run(
        StrokePredictor predictor, int count)
    {
        var examples = RandomStrokes.Draw(count, Patch, PredictorShape.Queries, seed: 1, Purpose, part: 0);
        var watch = Stopwatch.StartNew();
        var answers = Ask(predictor, examples);
        var placed = examples.Select((example, i) => Place(example, answers.AsSpan(
            i * PredictorShape.Queries, PredictorShape.Queries))).ToArray();
        double strokes = placed.Average(list => (double)list.Count);
        var painted = Way("predictor", (example, i, canvas) =>
        {
            foreach (var stroke in placed[i]) stroke.PaintOn(canvas);
        }, watch);
        var random = RandomStream.Of(1, "paint random strokes");
        var climbing = RandomStream.Of(1, "paint hill climbing");
        PaintedTargets[] ways =
        [
            Way("canvas unchanged", (_, _, _) => { }, Stopwatch.StartNew()) with { Strokes = 0 },
            Way("random strokes", (example, i, canvas) =>
                HillClimber.Paint(example.Target, canvas, placed[i], 1, random), Stopwatch.StartNew()),
            Way($"hill climbing, {Tries} tries a stroke", (example, i, canvas) =>
                HillClimber.Paint(example.Target, canvas, placed[i], Tries, climbing), Stopwatch.StartNew()),
            painted,
        ];
        return (ways, Matched(examples, answers, shift: 0), Matched(examples, answers, shift: 4));

        PaintedTargets Way(string name, Action<StrokeExample, int, Canvas> paint, Stopwatch time)
        {
            double[] errors = new double[count];
            for (int i = 0; i < count; i++)
            {
                var canvas = examples[i].Canvas.Copy();
                paint(examples[i], i, canvas);
                errors[i] = canvas.Distance(examples[i].Target);
            }
            return new(name, ByCanvas(errors), strokes, time.Elapsed.TotalSeconds);
        }
    }

    /// <summary>The predictor's answers to examples.</summary>
    public static StrokeAnswer[] Ask(
        StrokePredictor predictor, StrokeExample[] examples, Action<int, int, float[]>? show = null) => predictor.Ask(
        [.. examples.SelectMany(example => example.Target.Pixels)],
        [.. examples.SelectMany(example => example.Canvas.Pixels)], examples.Length, show: show);

    private static List<PlacedStroke> Place(StrokeExample example, ReadOnlySpan<StrokeAnswer> answers)
    {
        var placed = new List<PlacedStroke>();
        foreach (var answer in answers)
            if (answer.IsPainted)
                placed.Add(new(
                    0, 0, 0, Patch, answer.Stroke, Patches.Paint(example.Target, 0, 0, Patch, answer.Stroke)));
        return placed;
    }

    // The mean difference of a number between a stroke and its answer; the null matches the strokes of other patches.
    private static Interval Matched(StrokeExample[] examples, StrokeAnswer[] answers, int shift)
    {
        const int Queries = PredictorShape.Queries, Size = Stroke.Size;
        float[] numbers = new float[Queries * Size], decisions = new float[Queries], wanted = new float[Size];
        double[] errors = new double[examples.Length];
        for (int i = 0; i < examples.Length; i++)
        {
            var strokes = examples[(i + shift) % examples.Length].Strokes;
            for (int q = 0; q < Queries; q++)
            {
                answers[i * Queries + q].Stroke.CopyTo(numbers.AsSpan(q * Size, Size));
                decisions[q] = answers[i * Queries + q].Decision;
            }
            int[] chosen = MatchedBatch.Match(strokes, numbers, decisions);
            double sum = 0;
            for (int s = 0; s < strokes.Length; s++)
            {
                strokes[s].CopyTo(wanted);
                sum += StrokeDistance.Parameters(
                    [.. wanted.Select(n => (double)n)],
                    [.. numbers.AsSpan(chosen[s] * Size, Size).ToArray().Select(n => (double)n)]) / Size;
            }
            errors[i] = strokes.Length == 0 ? double.NaN : sum / strokes.Length;
        }
        return ByCanvas(errors);
    }

    private static Interval ByCanvas(double[] errors) => Interval.Of(
    [
        .. errors.Chunk(4).Select(four => four.Where(e => !double.IsNaN(e)).DefaultIfEmpty(double.NaN).Average())
            .Where(mean => !double.IsNaN(mean)),
    ]);
}
