namespace Loci.Bench;

internal static class Program
{
    private static readonly (string Name, string About, Action<string[]> Run)[] s_benchmarks =
    [
        ("matmul", "the packed matrix product against libtorch", MatrixProductBenchmark.Run),
        ("fastweights", "the fast-weight kernels against libtorch and the peak of a core", FastWeightsBenchmark.Run),
    ];

    private static int Main(string[] args)
    {
        foreach (var (name, _, run) in s_benchmarks)
        {
            if (args is not [var asked, ..] || asked != name) continue;
            run(args[1..]);
            return 0;
        }
        Console.Error.WriteLine("usage: Loci.Bench NAME");
        foreach (var (name, about, _) in s_benchmarks) Console.Error.WriteLine($"  {name,-12} {about}");
        return 2;
    }
}
