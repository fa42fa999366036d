namespace Loci.Bench;

/// <summary>What the command line asks of a benchmark.</summary>
/// <param name="Quick">A smaller run: seconds, with more noise.</param>
/// <param name="Parts">Parts asked for; none means all.</param>
internal sealed record BenchmarkArguments(bool Quick, IReadOnlyList<string> Parts)
{
    /// <summary>Null where the arguments make no sense.</summary>
    public static BenchmarkArguments? Parse(string[] args)
    {
        string[] parts = [.. args.Where(arg => arg != "--quick")];
        return parts.All(part => part is "1" or "2" or "half") ? new(parts.Length < args.Length, parts) : null;
    }

    public bool Asks(string part) => Parts.Count == 0 || Parts.Contains(part);

    /// <summary>The numbers of threads to measure on this machine.</summary>
    public IEnumerable<int> Threads =>
        new[] { 1, 2 }.Where(count => count <= Environment.ProcessorCount && Asks($"{count}"));
}
