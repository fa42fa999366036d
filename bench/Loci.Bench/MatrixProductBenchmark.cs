using Loci.Memory.Numerics;
using static TorchSharp.torch;

namespace Loci.Bench;

/// <summary>
/// y = x·Wᵀ over shapes of real layers: float32 against libtorch, 16-bit weights against float32 weights.
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
        double seconds = arguments.Quick ? 0.03 : 0.12;
        foreach (int threads in arguments.Threads)
        {
            set_num_threads(threads);
            var rows = Torch("rows", [32, 128, 512, 2048], threads, peak, seconds);
            targets.Add(new($"matrix product, threads: {threads}, geometric mean against libtorch", Mean(rows), 0.85));
            targets.Add(new($"matrix product, threads: {threads}, worst shape against libtorch", rows.Min(), 0.6));
            var row = Torch("one row", [1], threads, peak, seconds);
            targets.Add(new($"matrix times vector, threads: {threads}, geometric mean against libtorch", Mean(row), 1));
        }
        if (arguments.Asks("half")) SixteenBits([1, 4, 32, 512], peak, seconds / 2);
        return targets;
    }

    private static List<double> Torch(string title, int[] rows, int threads, double peak, double seconds)
    {
        Console.WriteLine($"\n{title}, threads: {threads}\n  rows  inputs outputs  GFLOP/s  of peak  libtorch    ratio");
        List<double> ratios = [];
        foreach (int r in rows)
        {
            foreach (var (inputs, outputs) in s_layers)
            {
                var random = new Random(1);
                float[] x = Numbers(random, r * inputs), weights = Numbers(random, inputs * outputs), y = new float[r * outputs];
                var w = PackedMatrix.Pack(weights, inputs, outputs, outputsFirst: true);
                using Tensor tx = tensor(x, r, inputs), tw = tensor(weights, outputs, inputs);
                (double ours, double theirs) = Interleaved.Time(
                    () => MatrixProduct.Multiply(x, r, w, [], y, threads),
                    () => nn.functional.linear(tx, tw).Dispose(), seconds);
                double flops = 2.0 * r * inputs * outputs;
                ratios.Add(theirs / ours);
                Console.WriteLine(
                    $"{r,6} {inputs,7} {outputs,7} {flops / ours / 1e9,8:0.0} {flops / ours / peak / threads,8:0.00} " +
                    $"{flops / theirs / 1e9,9:0.0} {theirs / ours,8:0.00}");
            }
        }
        Summary(ratios);
        return ratios;
    }

    private static void SixteenBits(int[] rows, double peak, double seconds)
    {
        foreach (WeightFormat format in new[] { WeightFormat.Float16, WeightFormat.BFloat16 })
        {
            Console.WriteLine($"\n{format}, threads: 1\n  rows  inputs outputs  GFLOP/s  of peak   float32    ratio");
            foreach (int r in rows)
            {
                List<double> ratios = [];
                foreach (var (inputs, outputs) in s_layers)
                {
                    var random = new Random(1);
                    float[] x = Numbers(random, r * inputs), weights = Numbers(random, inputs * outputs), y = new float[r * outputs];
                    ushort[] half = new ushort[weights.Length];
                    for (int i = 0; i < half.Length; i++)
                        half[i] = format == WeightFormat.Float16
                            ? BitConverter.HalfToUInt16Bits((Half)weights[i])
                            : (ushort)(BitConverter.SingleToUInt32Bits(weights[i]) >> 16);
                    var narrow = PackedMatrix.Pack(half, format, inputs, outputs, outputsFirst: true);
                    var wide = PackedMatrix.Pack(weights, inputs, outputs, outputsFirst: true);
                    (double ours, double theirs) = Interleaved.Time(
                        () => MatrixProduct.Multiply(x, r, narrow, [], y),
                        () => MatrixProduct.Multiply(x, r, wide, [], y), seconds);
                    double flops = 2.0 * r * inputs * outputs;
                    ratios.Add(theirs / ours);
                    Console.WriteLine(
                        $"{r,6} {inputs,7} {outputs,7} {flops / ours / 1e9,8:0.0} {flops / ours / peak,8:0.00} " +
                        $"{flops / theirs / 1e9,9:0.0} {theirs / ours,8:0.00}");
                }
                Summary(ratios);
            }
        }
    }

    private static void Summary(List<double> ratios) =>
        Console.WriteLine(
            $"ratio: geometric mean {Mean(ratios):0.00}, least {ratios.Min():0.00}, greatest {ratios.Max():0.00}");

    private static double Mean(List<double> ratios) => Math.Exp(ratios.Average(Math.Log));

    private static float[] Numbers(Random random, int count)
    {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) numbers[i] = random.NextSingle() * 2 - 1;
        return numbers;
    }
}
