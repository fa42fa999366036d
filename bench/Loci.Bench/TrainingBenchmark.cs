using System.Diagnostics;
using System.Globalization;
using Loci.Torch;
using Loci.Torch.Networks;
using Loci.Torch.Optimisation;
using Loci.Torch.Runs;
using static TorchSharp.torch;

namespace Loci.Bench;

/// <summary>
/// Arithmetic of training steps against libtorch's matrix product, by turns in one run, so that a busy machine slows
/// both.
/// </summary>
internal static class TrainingBenchmark
{
    private const int Layers = 6, Width = 384, Heads = 6, Length = 256, Vocabulary = 4096, Size = 1024;
    private const double Goal = 0.6;

    public static List<Target> Run(BenchmarkArguments arguments)
    {
        TorchMemory.KeepFreed();
        List<Target> targets = [];
        foreach (int threads in arguments.Threads)
            foreach (string family in (string[])["gpt2", "llama"])
            {
                set_num_threads(threads);
                targets.Add(Run(family, batch: arguments.Quick ? 2 : 16, steps: arguments.Quick ? 2 : 8));
            }
        return targets;
    }

    private static Target Run(string family, int batch, int steps)
    {
        int cells = family == "llama" ? 1024 : 4 * Width; // three matrices of 1024 cells are two of 1536
        var spec = SpecOfSettings.Create(
            new() { Family = family, Layers = Layers, Width = Width, Heads = Heads, Cells = cells, Context = Length },
            Vocabulary, 0);
        using var network = new TorchTransformer(spec);
        network.Parameters.Initialise(1);
        var optimiser = new AdamW(network.Parameters, new(0.9, 0.95, 1e-8, 0.1));
        using var seeded = manual_seed(1);
        using Tensor tokens = randint(Vocabulary, [batch, Length], ScalarType.Int64),
            targets = randint(Vocabulary, [batch * Length, 1], ScalarType.Int64);
        using Tensor left = randn(Size, Size), right = randn(Size, Size);

        // Two operations a weight and token forward, four backward; every query meets half of the keys on average.
        double products = network.Parameters.Count - (network.Positions?.Count ?? 0);
        double flops = batch * Length * (6 * products + 6.0 * Layers * Width * Length);
        double[] parts = new double[4];
        List<double> step = [], product = [];
        for (int i = -2; i < steps; i++)
        {
            double rate = 2.0 * Size * Size * Size * 20
                / Seconds(() => { for (int n = 0; n < 20; n++) left.mm(right).Dispose(); });
            double[] times = Step(network, optimiser, tokens, targets, i + 3);
            if (i < 0) continue;
            product.Add(rate);
            step.Add(flops / times.Sum());
            for (int p = 0; p < parts.Length; p++) parts[p] += times[p];
        }
        double all = parts.Sum(), ratio = Median([.. step.Zip(product, (s, p) => s / p)]);
        string name = $"training of {family}, {get_num_threads()} threads, against libtorch's matrix product";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            {family}, {Layers} layers, d = {Width}, L = {Length}, {network.Parameters.Count:#,0} parameters, {batch * Length} tokens a step, threads: {get_num_threads()}
            steps {Median(step) / 1e9:0.0} GFLOP/s ({Median(step) / flops * batch * Length:#,0} tokens/s); matrix product {Median(product) / 1e9:0.0} GFLOP/s; ratio {ratio:0.00}
            time: forward {parts[0] / all:0%}, loss and output {parts[1] / all:0%}, backward {parts[2] / all:0%}, clipping and AdamW {parts[3] / all:0%}
            """));
        return new(name, ratio, Goal);
    }

    private static double[] Step(TorchTransformer network, AdamW optimiser, Tensor tokens, Tensor targets, long step)
    {
        using var scope = NewDisposeScope();
        Tensor normed = null!, gradient = null!;
        return
        [
            Seconds(() => { network.Parameters.ClearGradients(); normed = network.Forward(tokens); }),
            Seconds(() => gradient = LossHead.Train(network, normed, targets, 1.0 / targets.numel()).Gradient),
            Seconds(() => normed.backward([gradient])),
            Seconds(() => optimiser.Step(step, 1e-4, 1 / Math.Max(1, optimiser.GradientNorm()))),
        ];
    }

    private static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
