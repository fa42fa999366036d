using Loci.Memory.Numerics;
using static TorchSharp.torch;

namespace Loci.Bench;

/// <summary>
/// y = x·Wᵀ over shapes of real layers: float32 against libtorch, 16-bit weights against float32 weights. An argument
/// picks a part: a number of threads, or `half`.
/// </summary>
internal static class MatrixProductBenchmark
{
    private static readonly (int Inputs, int Outputs)[] s_layers =
    [
        (64, 64), (64, 172), (172, 64), (192, 768), (768, 192), (768, 768), (768, 2304), (768, 3072), (3072, 768),
        (1024, 4096), (2048, 2048),
    ];

    public static List<Target> Run(BenchmarkArguments arguments)
    {
        using var _ = inference_mode();
        double peak = FmaPeak.Measure();
        Console.WriteLine($"multiply-add peak of a core {peak / 1e9:0.0} GFLOP/s; kernel {MatrixProduct.KernelName}");
        var targets = new List<Target>();
        double seconds = arguments.Quick ? 0.05 : 0.25;
        foreach (int threads in arguments.Threads)
        {
            set_num_threads(threads);
            var rows = Torch("rows", [32, 128, 512, 2048], threads, peak, seconds);
            targets.Add(new($"matrix product, threads: {threads}, geometric mean against libtorch", rows.Mean, 0.85));
            targets.Add(new($"matrix product, threads: {threads}, worst shape against libtorch", rows.Least, 0.6));
            var row = Torch("one row", [1], threads, peak, seconds);
            targets.Add(new($"matrix times vector, threads: {threads}, geometric mean against libtorch", row.Mean, 1));
        }
        if (!arguments.Asks("half")) return targets;
        foreach (var format in new[] { WeightFormat.Float16, WeightFormat.BFloat16 })
        {
            SixteenBits(format, [1], peak);
            SixteenBits(format, [4], peak);
            SixteenBits(format, [32, 512], peak);
        }
        return targets;
    }

    private static (double Mean, double Least) Torch(string title, int[] rows, int threads, double peak, double seconds)
    {
        var table = new Table($"{title}, threads: {threads}", "libtorch", peak * threads);
        foreach (int r in rows)
        {
            foreach (var (inputs, outputs) in s_layers)
            {
                var random = RandomStream.Of(1, "factors");
                float[] x = Numbers(random, r * inputs), weights = Numbers(random, inputs * outputs),
                    y = new float[r * outputs];
                var w = PackedMatrix.Pack(weights, inputs, outputs, outputsFirst: true);
                using Tensor tx = tensor(x, r, inputs), tw = tensor(weights, outputs, inputs);
                table.Add(r, inputs, outputs, Interleaved.Time(
                    () => MatrixProduct.Multiply(x, r, w, [], y, threads),
                    () => nn.functional.linear(tx, tw).Dispose(), seconds));
            }
        }
        return table.Sum();
    }

    private static void SixteenBits(WeightFormat format, int[] rows, double peak)
    {
        var table = new Table($"{format}, {string.Join(", ", rows)} rows, threads: 1", "float32", peak);
        foreach (int r in rows)
        {
            foreach (var (inputs, outputs) in s_layers)
            {
                var random = RandomStream.Of(1, "factors");
                float[] x = Numbers(random, r * inputs), weights = Numbers(random, inputs * outputs),
                    y = new float[r * outputs];
                ushort[] half = Array.ConvertAll(weights, number => format == WeightFormat.Float16
                    ? BitConverter.HalfToUInt16Bits((Half)number)
                    : (ushort)(BitConverter.SingleToUInt32Bits(number) >> 16));
                var narrow = PackedMatrix.Pack(half, format, inputs, outputs, outputsFirst: true);
                var wide = PackedMatrix.Pack(weights, inputs, outputs, outputsFirst: true);
                table.Add(r, inputs, outputs, Interleaved.Time(
                    () => MatrixProduct.Multiply(x, r, narrow, [], y),
                    () => MatrixProduct.Multiply(x, r, wide, [], y), 0.05));
            }
        }
        table.Sum();
    }

    private static float[] Numbers(Random random, int count)
    {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) numbers[i] = random.NextSingle() * 2 - 1;
        return numbers;
    }

    /// <summary>
    /// Prints one line per shape as it is measured; GFLOP/s and their share of the peak at the fastest turn.
    /// </summary>
    private sealed class Table
    {
        private readonly double _peak;
        private readonly List<Timing> _timings = [];

        public Table(string title, string other, double peak)
        {
            _peak = peak;
            Console.WriteLine($"\n{title}\n  rows  inputs outputs  GFLOP/s  of peak {other,9}    ratio  fastest");
        }

        public void Add(int rows, int inputs, int outputs, Timing timing)
        {
            double flops = 2.0 * rows * inputs * outputs;
            Console.WriteLine(
                $"{rows,6} {inputs,7} {outputs,7} {flops / timing.FastestA / 1e9,8:0.0} "
                + $"{flops / timing.FastestA / _peak,8:0.00} " +
                $"{flops / timing.FastestB / 1e9,9:0.0} {timing.Ratio,8:0.00} {timing.FastestRatio,8:0.00}");
            _timings.Add(timing);
        }

        /// <summary>Prints the means; gives that of the medians, and the least median.</summary>
        public (double Mean, double Least) Sum()
        {
            Sum("fastest", [.. _timings.Select(timing => timing.FastestRatio)]);
            return Sum("medians", [.. _timings.Select(timing => timing.Ratio)]);
        }

        private static (double Mean, double Least) Sum(string name, double[] ratios)
        {
            double mean = Math.Exp(ratios.Average(Math.Log));
            Console.WriteLine($"ratio of {name}: geometric mean {mean:0.00}, least {ratios.Min():0.00}");
            return (mean, ratios.Min());
        }
    }
}
