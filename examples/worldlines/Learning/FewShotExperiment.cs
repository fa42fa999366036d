using Loci.Memory.Numerics;
using Worldlines.Digits;

namespace Worldlines.Learning;

/// <summary>Shares of test pictures that a method puts in the right class, one for each seed.</summary>
public sealed record FewShotResult(string Method, int PerClass, double[] Accuracies)
{
    /// <summary>Over seeds: each has examples, test pictures and ways of its own.</summary>
    public ShareInterval Mean => ShareInterval.Of(Accuracies);
}

/// <summary>How the accuracy grew with the pictures shown: one curve for each seed.</summary>
public sealed record LearningCurve(int PerClass, int[] Shown, double[][] Accuracies);

/// <summary>
/// Four classes, few examples: routes against nearest centroid and logistic regression. Two nulls: routes that have not
/// learned, and routes that learned from shuffled labels.
/// </summary>
public sealed class FewShotExperiment(
    Func<int, int, DigitSplit> split, int[] perClass, int seeds, LearningSettings settings)
{
    public const string Routes = "worldlines", Centroid = "nearest centroid", Logistic = "logistic regression",
        Untrained = "worldlines, untrained", Shuffled = "worldlines, labels shuffled";

    // Rate and forgetting were chosen on seeds 1 and 2: what is measured begins after them.
    private const int FirstSeed = 11;

    private static readonly int[] s_shown = [0, 5, 10, 20, 40, 80, 120, 200, 300, 400, 600, 800];

    /// <summary>Runs all.</summary>
    /// <param name="progress">Told what has been done.</param>
    /// <param name="cancel">Ends it.</param>
    public (FewShotResult[] Results, LearningCurve[] Curves) Run(Action<string> progress, CancellationToken cancel)
    {
        var results = new List<FewShotResult>();
        var curves = new List<LearningCurve>();
        foreach (int count in perClass)
        {
            int[] shown = [.. s_shown.Where(s => s < settings.Presentations), settings.Presentations];
            var curve = new double[seeds][];
            double[] routes = new double[seeds], centroid = new double[seeds], logistic = new double[seeds],
                untrained = new double[seeds], shuffled = new double[seeds];
            for (int seed = 0; seed < seeds; seed++)
            {
                cancel.ThrowIfCancellationRequested();
                var (training, test) = split(count, FirstSeed + seed);
                var points = new List<double>();
                var learner = new RouteLearner(settings, FirstSeed + seed);
                learner.Learn(training, at =>
                {
                    if (shown.Contains(at)) points.Add(Accuracy(test, ink => Interference.Classify(learner.Map, ink)));
                });
                (curve[seed], untrained[seed], routes[seed]) = ([.. points], points[0], points[^1]);
                var other = new RouteLearner(settings, FirstSeed + seed);
                other.Learn(Shuffle(training, FirstSeed + seed));
                shuffled[seed] = Accuracy(test, ink => Interference.Classify(other.Map, ink));
                centroid[seed] = Accuracy(test, new NearestCentroid(training).Classify);
                logistic[seed] = Accuracy(test, new LogisticRegression(training).Classify);
                progress($"{count} a class: seed {seed + 1} of {seeds}");
            }
            curves.Add(new(count, shown, curve));
            results.AddRange(
            [
                new(Routes, count, routes), new(Centroid, count, centroid), new(Logistic, count, logistic),
                new(Untrained, count, untrained), new(Shuffled, count, shuffled),
            ]);
        }
        return ([.. results], [.. curves]);
    }

    private delegate int Classifier(ReadOnlySpan<float> ink);

    private static double Accuracy(Digit[] test, Classifier classify) =>
        (double)test.Count(digit => classify(digit.Ink) == digit.Class) / test.Length;

    private static Digit[] Shuffle(Digit[] digits, int seed)
    {
        int[] classes = [.. digits.Select(digit => digit.Class)];
        RandomStream.Of(seed, "worldline shuffled labels").Shuffle(classes);
        return [.. digits.Zip(classes, (digit, other) => digit with { Class = other })];
    }
}
