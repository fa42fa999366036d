using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Loci.Torch;
using Loci.Terminal;
using Loci.Torch.Networks;
using Loci.Torch.Optimisation;
using Loci.Torch.Runs;
using static TorchSharp.torch;

namespace Loci.Training.Commands;

/// <summary>
/// <c>loci-train bench fast-weights</c>: training steps of a preset against the same model with softmax attention (Torch's
/// fused one), by turns in one run; and what a token costs in long sequences.
/// </summary>
internal static class FastWeightBenchmark
{
    private const int Layers = 4, Width = 256, Vocabulary = 4096, Tokens = 4096;
    private static readonly Dictionary<int, double> s_goals = new() { [256] = 0.8, [1024] = 1, [4096] = 2 };

    public static Command Create()
    {
        var preset = new Option<string>("--preset") { Description = $"The fast weights: {string.Join(", ", ModelPresets.Names)}.", DefaultValueFactory = _ => "delta" };
        var lengths = new Option<int[]>("--lengths")
        {
            Description = "Tokens of a sequence.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [256, 1024, 4096],
        };
        var most = new Option<int>("--longest") { Description = "Sequence whose cost a token is set against that of 1024; 0 for none.", DefaultValueFactory = _ => 16_384 };
        var steps = new Option<int>("--steps") { Description = "Steps of each to measure, after one to warm up.", DefaultValueFactory = _ => 5 };
        var threads = new Option<int>("--threads") { Description = "Torch's threads.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var command = new Command("fast-weights", "Measure training with fast weights against softmax attention.") { preset, lengths, most, steps, threads };
        command.SetAction(parsed =>
        {
            int[] wanted = parsed.GetValue(lengths)!;
            if (wanted.Any(length => length is < 2 or > 1 << 20) || parsed.GetValue(most) is < 0 or > 1 << 20)
                throw new UsageException("--lengths and --longest are at most 1048576 tokens.");
            if (parsed.GetValue(steps) < 1 || parsed.GetValue(threads) < 1) throw new UsageException("--steps and --threads are at least 1.");
            set_num_threads(parsed.GetValue(threads));
            TorchMemory.KeepFreed();
            foreach (int length in wanted) Compare(parsed.GetValue(preset)!, length, parsed.GetValue(steps));
            if (parsed.GetValue(most) > 0) CompareLengths(parsed.GetValue(preset)!, parsed.GetValue(most), parsed.GetValue(steps));
        });
        return command.WithExamples("loci-train bench fast-weights", "loci-train bench fast-weights --lengths 256 --longest 0 --steps 3");
    }

    private static void Compare(string preset, int length, int steps)
    {
        using Trained fast = new(preset, length, Tokens), softmax = new(null, length, Tokens);
        var (left, right) = ByTurns(fast, softmax, steps);
        string goal = s_goals.TryGetValue(length, out double least) ? $" (goal {least:0.0})" : "";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"L = {length}: {preset} {fast.Count / Median(left):#,0} tokens/s, softmax {softmax.Count / Median(right):#,0}; ratio {Median([.. right.Zip(left, (r, l) => r / l)]):0.00}{goal}"));
    }

    private static void CompareLengths(string preset, int longest, int steps)
    {
        const int Short = 1024;
        using Trained far = new(preset, longest, longest), near = new(preset, Short, longest);
        var (left, right) = ByTurns(far, near, steps);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"a token of L = {longest} costs {Median([.. left.Zip(right, (l, r) => l / far.Count / (r / near.Count))]):0.00} of one of L = {Short} (goal at most 1.10)"));
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
                ["family"] = "loci", ["layers"] = Layers, ["width"] = Width, ["heads"] = 4, ["cells"] = 4 * Width, ["context"] = length,
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
