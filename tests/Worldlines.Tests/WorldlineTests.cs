using CsCheck;
using Loci;
using Worldlines.Digits;
using Worldlines.Learning;

namespace Worldlines.Tests;

public class WorldlineTests
{
    // Sums of 64 unit vectors in float64.
    private const double Rounding = 1e-9;

    [Fact]
    public void TheEnergyIsTheSumOverPairsAndTheField() =>
        Gen.Double[0, 2 * Math.PI].Array[0, 12].Sample(angles =>
        {
            (double X, double Y)[] signals = [.. angles.Select(a => (Math.Cos(a), Math.Sin(a)))];
            double pairs = 0;
            for (int i = 0; i < signals.Length; i++)
                for (int j = 0; j < i; j++) pairs += signals[i].X * signals[j].X + signals[i].Y * signals[j].Y;
            double expected = Interference.Coupling * pairs / Math.Max(1, signals.Length) + 0.7 * signals.Sum(s => s.X);
            Assert.Equal(expected, Interference.Energy(signals, 0.7), Rounding);
        });

    [Fact]
    public void LearningKeepsDistributions()
    {
        var learner = new RouteLearner(new(Presentations: 60, Rate: 2), seed: 3);
        learner.Learn(GlyphGenerator.Draw(2, 3, "examples"));
        for (int pixel = 0; pixel < Digit.Pixels; pixel++)
        {
            Assert.All(learner.Map.Of(pixel).ToArray(), p => Assert.InRange(p, 0, 1));
            Assert.Equal(1, learner.Map.Of(pixel).ToArray().Sum(p => (double)p), 1e-5);
        }
    }

    [Fact]
    public void RoutesThatKnowNothingReadTheSameEverywhere()
    {
        double[] energies = Interference.Read(RouteMap.Even(), GlyphGenerator.Draw(1, 1, "any")[2].Ink);
        Assert.All(energies, energy => Assert.Equal(energies[0], energy, 1e-5));
    }

    [Fact]
    public void RoutesLearnMoreThanChanceAndMoreThanFromShuffledLabels()
    {
        var experiment = new FewShotExperiment(
            (count, seed) => new(GlyphGenerator.Draw(count, seed, "a"), GlyphGenerator.Draw(25, seed, "b")),
            [5], seeds: 3, new(Presentations: 400));
        var (results, curves) = experiment.Run(_ => { }, TestContext.Current.CancellationToken);
        double Mean(string method) => results.Single(r => r.Method == method).Mean.Mean;
        Assert.True(Mean(FewShotExperiment.Routes) > 0.5, $"{Mean(FewShotExperiment.Routes)}");
        Assert.True(Mean(FewShotExperiment.Routes) > Mean(FewShotExperiment.Shuffled) + 0.1);
        Assert.Equal(0.25, Mean(FewShotExperiment.Untrained), 1e-9);
        Assert.Equal(0, curves.Single().Shown[0]);
    }

    [Fact]
    public void TheSameSeedLearnsTheSame()
    {
        float[] Learned(int seed)
        {
            var learner = new RouteLearner(new(Presentations: 40), seed);
            learner.Learn(GlyphGenerator.Draw(1, 1, "examples"));
            return learner.Map.Probabilities;
        }
        Assert.Equal(Learned(5), Learned(5));
        Assert.NotEqual(Learned(5), Learned(6));
    }

    [Fact]
    public void TheLogisticGradientIsThatOfItsLoss()
    {
        var digits = GlyphGenerator.Draw(2, 1, "examples");
        double[] weights = new double[Digit.Classes * (Digit.Pixels + 1)], gradient = new double[weights.Length];
        var random = new Random(1);
        for (int i = 0; i < weights.Length; i++) weights[i] = random.NextDouble() - 0.5;
        LogisticRegression.Loss(digits, weights, 0.1, gradient);
        double[] scratch = new double[weights.Length];
        for (int i = 0; i < weights.Length; i += 7)
        {
            const double Step = 1e-5;
            double kept = weights[i];
            weights[i] = kept + Step;
            double above = LogisticRegression.Loss(digits, weights, 0.1, scratch);
            weights[i] = kept - Step;
            double below = LogisticRegression.Loss(digits, weights, 0.1, scratch);
            weights[i] = kept;
            Assert.Equal((above - below) / (2 * Step), gradient[i], 1e-8);
        }
    }

    [Fact]
    public void RoutesComeBackFromTheirFile()
    {
        string path = Path.GetTempFileName();
        try
        {
            var learner = new RouteLearner(new(Presentations: 20), 1);
            learner.Learn(GlyphGenerator.Draw(1, 1, "examples"));
            RouteFile.Save(learner.Map, path);
            Assert.Equal(learner.Map.Probabilities, RouteFile.Read(path).Probabilities);
            foreach (string text in new[]
            {
                "", "{", "null", "[]", "{\"Format\":\"other\"}", "{\"Probabilities\":[1]}",
            })
            {
                File.WriteAllText(path, text);
                Assert.Contains(path, Assert.Throws<LociException>(() => RouteFile.Read(path)).Message);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void DigitsAreReadFromTablesAndBadOnesRefused()
    {
        string path = Path.GetTempFileName();
        try
        {
            string Line(int label, int ink) => string.Join(',', Enumerable.Repeat(ink, Digit.Pixels)) + $",{label}";
            File.WriteAllLines(path, Enumerable.Range(0, 20).Select(i => Line(i % 5, i % 17)));
            var digits = DigitFiles.Read(path);
            Assert.Equal(16, digits.Length);                    // the fours are left out
            Assert.Equal(1f / 16, digits[1].Ink[0]);
            var split = DigitFiles.Split(digits, 3, seed: 1);
            Assert.Equal((12, 4), (split.Training.Length, split.Test.Length));
            Assert.Throws<LociException>(() => DigitFiles.Split(digits, 4, seed: 1));
            File.WriteAllLines(path, [Line(0, 17)]);
            Assert.Contains("line 1", Assert.Throws<LociException>(() => DigitFiles.Read(path)).Message);
            File.WriteAllBytes(path, [0, 0, 8, 3, 0, 0]);
            Assert.Throws<LociException>(() => DigitFiles.Read(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void IntervalsOfSharesStayBetweenNoneAndAll() =>
        Gen.Double[0, 1].Array[1, 12].Sample(shares =>
            ShareInterval.Of(shares) is { Low: >= 0, High: <= 1 } interval && interval.Low <= interval.High);
}
