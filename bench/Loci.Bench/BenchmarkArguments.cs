namespace Loci.Bench;

/// <summary>What the command line asks of a benchmark.</summary>
/// <param name="Quick">A smaller run: seconds, with more noise.</param>
/// <param name="Parts">Parts asked for; none means all.</param>
/// <param name="Out">Folder whose subfolder for this processor keeps the results; null: they are only printed.</param>
/// <param name="Force">Results that are there may be replaced.</param>
internal sealed record BenchmarkArguments(bool Quick, IReadOnlyList<string> Parts, string? Out = null,
    bool Force = false)
{
    /// <summary>Null where the arguments make no sense.</summary>
    public static BenchmarkArguments? Parse(string[] args)
    {
        (bool quick, bool force, string? folder) = (false, false, null);
        List<string> parts = [];
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i] == "--quick") quick = true;
            else if (args[i] == "--force") force = true;
            else if (args[i] == "--out" && i + 1 < args.Length && folder is null) folder = args[++i];
            else if (args[i] is "1" or "2" or "half") parts.Add(args[i]);
            else return null;
        }
        return new(quick, parts, folder, force);
    }

    public bool Asks(string part) => Parts.Count == 0 || Parts.Contains(part);

    /// <summary>The numbers of threads to measure on this machine.</summary>
    public IEnumerable<int> Threads =>
        new[] { 1, 2 }.Where(count => count <= Environment.ProcessorCount && Asks($"{count}"));
}
