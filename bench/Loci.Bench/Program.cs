namespace Loci.Bench;

internal static class Program
{
    private static readonly Benchmark[] s_benchmarks =
    [
        new("atlas", "building an atlas against the bare forward pass and the usual way in TorchSharp",
            AtlasBenchmark.Run),
        new("studies", "all studies of the feed-forward paper at its sample sizes, and their nulls: time and memory",
            StudiesBenchmark.Run),
        new("search", "searches of a generated atlas of a million cells and ten million sentences",
            SearchBenchmark.Run, Alone: true),
        new("forward", "the forward pass against the same in TorchSharp", ForwardBenchmark.Run),
        new("reverse", "a loss and its gradients in forward passes, and against TorchSharp's autograd",
            ReverseBenchmark.Run),
        new("matmul", "the packed matrix product against libtorch", MatrixProductBenchmark.Run),
        new("generation", "the cost and memory of a token early and late in a text, fast weights beside softmax",
            GenerationBenchmark.Run),
        new("fastweights", "the fast-weight kernels against libtorch and the peak of a core", FastWeightsBenchmark.Run),
        new("training", "training steps against libtorch's matrix product", TrainingBenchmark.Run),
        new("fast-weight-training", "training with fast weights against softmax attention",
            FastWeightTrainingBenchmark.Run),
    ];

    private static int Main(string[] args)
    {
        if (args is not [var asked, .. var rest]) return Usage();
        var chosen = s_benchmarks.Where(benchmark => asked == "all" ? !benchmark.Alone : asked == benchmark.Name)
            .ToList();
        if (chosen.Count == 0 || BenchmarkArguments.Parse(rest) is not { } arguments) return Usage();
        try
        {
            Run(chosen, arguments, $"Loci.Bench {string.Join(' ', args)}");
            return 0;
        }
        catch (Exception e) when (e is LociException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return 1;
        }
    }

    private static void Run(List<Benchmark> chosen, BenchmarkArguments arguments, string command)
    {
        var files = arguments.Out is { } folder ? new ResultFiles(folder, Machine.Here, arguments.Force) : null;
        files?.Check(chosen.Select(benchmark => benchmark.Name));
        Console.WriteLine($"{Machine.Here.Processor}; {Machine.Here.System}");
        var targets = new List<Target>();
        foreach (var (name, about, run, _) in chosen)
        {
            Console.WriteLine($"\n=== {name}: {about}");
            targets.AddRange(files is null ? run(arguments) : files.Keep(name, about, command, () => run(arguments)));
        }
        Target.Print(targets);
    }

    private static int Usage()
    {
        Console.Error.WriteLine("usage: Loci.Bench NAME [--quick] [--out FOLDER [--force]] [PART...]");
        foreach (var (name, about, _, _) in s_benchmarks) Console.Error.WriteLine($"  {name,-21} {about}");
        Console.Error.WriteLine(
            "  all                   one after the other but search, and every target with its measured value");
        Console.Error.WriteLine(
            "Parts: a number of threads, 1 or 2; `half` for 16-bit weights (matmul). Without any, all.");
        Console.Error.WriteLine(
            "--out keeps what was printed and measured, in a folder named after the processor; --force replaces what "
            + "is there.");
        return 2;
    }

    /// <summary>One of the benchmarks; one that needs much disk is run alone.</summary>
    private sealed record Benchmark(
        string Name, string About, Func<BenchmarkArguments, List<Target>> Run, bool Alone = false);
}
