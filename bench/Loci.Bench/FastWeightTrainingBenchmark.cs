using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Loci.Torch;
using Loci.Torch.Networks;
using Loci.Torch.Optimisation;
using Loci.Torch.Runs;
using static TorchSharp.torch;

namespace Loci.Bench;

/// <summary>
/// Training steps of fast weights against the same model with softmax attention (Torch's fused one), by turns in one
/// run; and what a token costs in long sequences.
/// </summary>
internal static class FastWeightTrainingBenchmark
{
    private const string Preset = "delta";
    private const int Layers = 4, Width = 256, Vocabulary = 4096, Tokens = 4096, Short = 1024, Longest = 16_384;
    private const double LongestGoal = 1 / 1.10;

    // By the length of a sequence.
    private static readonly (int Length, double Goal)[] s_goals = [(256, 0.8), (1024, 1), (4096, 2)];

    public static List<Target> Run(BenchmarkArguments arguments)
    {
        TorchMemory.KeepFreed();
        set_num_threads(arguments.Threads.DefaultIfEmpty(1).Max());
        if (arguments.Quick) return [Compare(s_goals[0].Length, s_goals[0].Goal, steps: 1)];
        return [.. s_goals.Select(one => Compare(one.Length, one.Goal, steps: 5)), CompareLengths(steps: 5)];
    }

    private static Target Compare(int length, double goal, int steps)
    {
        using Trained fast = new(Preset, length, Tokens), softmax = new(null, length, Tokens);
        var (left, right) = ByTurns(fast, softmax, steps);
        double ratio = Median([.. right.Zip(left, (r, l) => r / l)]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"L = {length}: {Preset} {fast.Count / Median(left):#,0} tokens/s, softmax "
            + $"{softmax.Count / Median(right):#,0}; ratio {ratio:0.00}"));
        return new($"training with the delta rule against softmax, L = {length}", ratio, goal);
    }

    private static Target CompareLengths(int steps)
    {
        using Trained far = new(Preset, Longest, Longest), near = new(Preset, Short, Longest);
        var (left, right) = ByTurns(far, near, steps);
        double ratio = Median([.. left.Zip(right, (l, r) => r / near.Count / (l / far.Count))]);
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture,
                $"a token of L = {Longest} costs {1 / ratio:0.00} of one of L = {Short}"));
        return new($"a token of L = {Short} against one of L = {Longest}", ratio, LongestGoal);
    }

    private static (List<double> Left, List<double> Right) ByTurns(Trained left, Trained right, int steps)
    {
        List<double> one = [], other = [];
        for (int i = -1; i < steps; i++)
        {
            double a = left.Step(), b = right.Step();
            if (i < 0) continue;
            one.Add(a);
            other.Add(b);
        }
        return (one, other);
    }

    private static double Median(IReadOnlyCollection<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>A model that is trained on random tokens.</summary>
    private sealed class Trained : IDisposable
    {
        private readonly TorchTransformer _network;
        private readonly AdamW _optimiser;
        private readonly Tensor _tokens, _targets;
        private long _step;

        public Trained(string? preset, int length, int tokens)
        {
            var model = new JsonObject
            {
                ["family"] = "loci", ["layers"] = Layers, ["width"] = Width, ["heads"] = 4, ["cells"] = 4 * Width,
                ["context"] = length,
                ["norm"] = "layer_norm", ["activation"] = "relu", ["gated"] = false, ["positions"] = "none",
            };
            if (preset is null) model["attention"] = "softmax";
            else model["preset"] = preset;
            _network = new(SpecOfSettings.Create(ModelPresets.Read(model, "bench"), Vocabulary, 0));
            _network.Parameters.Initialise(1);
            _optimiser = new(_network.Parameters, new(0.9, 0.95, 1e-8, 0.1));
            int sequences = Math.Max(1, tokens / length);
            using var seeded = manual_seed(1);
            _tokens = randint(Vocabulary, [sequences, length], ScalarType.Int64);
            _targets = randint(Vocabulary, [sequences * length, 1], ScalarType.Int64);
            Count = sequences * length;
        }

        /// <summary>Tokens of a step.</summary>
        public double Count { get; }

        /// <summary>Seconds of one step.</summary>
        public double Step()
        {
            long start = Stopwatch.GetTimestamp();
            using var scope = NewDisposeScope();
            _network.Parameters.ClearGradients();
            var normed = _network.Forward(_tokens);
            normed.backward([LossHead.Train(_network, normed, _targets, 1 / Count).Gradient]);
            _optimiser.Step(++_step, 1e-4, 1 / Math.Max(1, _optimiser.GradientNorm()));
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        public void Dispose()
        {
            _network.Dispose();
            _tokens.Dispose();
            _targets.Dispose();
        }
    }
}
