using System.Runtime.InteropServices;

namespace Loci.Bench;

internal static class Program
{
    private static readonly (string Name, string About, Func<BenchmarkArguments, List<Target>> Run)[] s_benchmarks =
    [
        ("atlas", "building an atlas against the bare forward pass and the usual way in TorchSharp", AtlasBenchmark.Run),
        ("studies", "all studies of the feed-forward paper at its sample sizes, and their nulls: time and memory", StudiesBenchmark.Run),
        ("forward", "the forward pass against the same in TorchSharp", ForwardBenchmark.Run),
        ("matmul", "the packed matrix product against libtorch", MatrixProductBenchmark.Run),
        ("generation", "the cost and memory of a token early and late in a text, fast weights beside softmax", GenerationBenchmark.Run),
        ("fastweights", "the fast-weight kernels against libtorch and the peak of a core", FastWeightsBenchmark.Run),
    ];

    private static int Main(string[] args)
    {
        if (args is not [var asked, .. var rest]) return Usage();
        var chosen = s_benchmarks.Where(benchmark => asked == "all" || asked == benchmark.Name).ToList();
        if (chosen.Count == 0 || BenchmarkArguments.Parse(rest) is not { } arguments) return Usage();

        Console.WriteLine(
            $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, " +
            $"{Environment.ProcessorCount} logical processors");
        var targets = new List<Target>();
        foreach (var (name, about, run) in chosen)
        {
            Console.WriteLine($"\n=== {name}: {about}");
            targets.AddRange(run(arguments));
        }
        Target.Print(targets);
        return 0;
    }

    private static int Usage()
    {
        Console.Error.WriteLine("usage: Loci.Bench NAME [--quick] [PART...]");
        foreach (var (name, about, _) in s_benchmarks) Console.Error.WriteLine($"  {name,-12} {about}");
        Console.Error.WriteLine("  all          one after the other, and every target with its measured value");
        Console.Error.WriteLine("Parts: a number of threads, 1 or 2; `half` for 16-bit weights (matmul). Without any, all.");
        return 2;
    }
}
