using System.Diagnostics;

namespace Loci.Bench;

/// <summary>
/// Several ways of doing the same work on the same batches, by turns: A B A B …, a batch at a time, so that a
/// disturbance of the machine meets all alike. The order within a turn alternates. Processor time is taken as well:
/// with one thread it tells the same on a machine that others use, too.
/// </summary>
/// <param name="Seconds">[ways][turns]</param>
/// <param name="ProcessorSeconds">Of all threads. [ways][turns]</param>
/// <param name="Tokens">[turns]</param>
internal sealed record Race(double[][] Seconds, double[][] ProcessorSeconds, int[] Tokens)
{
    /// <summary>Runs every way once on every batch, and again until the time is up.</summary>
    /// <param name="tokens">Real tokens of each batch.</param>
    /// <param name="seconds">Time to spend at least, after the first batch, which is warm-up.</param>
    /// <param name="most">Most turns.</param>
    /// <param name="ways">Each runs the batch of a number.</param>
    public static Race Run(IReadOnlyList<int> tokens, double seconds, int most, params Action<int>[] ways)
    {
        foreach (var way in ways) WarmUp(way, tokens.Count);
        var times = ways.Select(_ => new List<double>()).ToArray();
        var processorTimes = ways.Select(_ => new List<double>()).ToArray();
        var counts = new List<int>();
        long start = Stopwatch.GetTimestamp();
        for (int turn = 0; turn < Math.Min(3, most)
            || (turn < most && Stopwatch.GetElapsedTime(start).TotalSeconds < seconds); turn++)
        {
            int batch = turn % tokens.Count;
            for (int i = 0; i < ways.Length; i++)
            {
                int way = turn % 2 == 0 ? i : ways.Length - 1 - i;
                var used = Environment.CpuUsage.TotalTime;
                long begun = Stopwatch.GetTimestamp();
                ways[way](batch);
                times[way].Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
                processorTimes[way].Add((Environment.CpuUsage.TotalTime - used).TotalSeconds);
            }
            counts.Add(tokens[batch]);
        }
        return new([.. times.Select(list => list.ToArray())], [.. processorTimes.Select(list => list.ToArray())],
            [.. counts]);
    }

    /// <summary>How many times as fast one way is as another: the median over the turns.</summary>
    public double Ratio(int way, int other) => Median(Seconds[way].Zip(Seconds[other], (a, b) => b / a));

    /// <summary>The same by processor time.</summary>
    public double ProcessorRatio(int way, int other) =>
        Median(ProcessorSeconds[way].Zip(ProcessorSeconds[other], (a, b) => b / Math.Max(a, 1e-6)));

    /// <summary>Median tokens a second.</summary>
    public double Rate(int way) => Median(Seconds[way].Zip(Tokens, (time, count) => count / time));

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1
            ? sorted[sorted.Length / 2]
            : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Until the runtime has compiled the loops at full optimisation.</summary>
    private static void WarmUp(Action<int> way, int batches)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i == 0 || (i < 200 && Stopwatch.GetElapsedTime(start).TotalSeconds < 0.7); i++)
            way(i % batches);
    }
}
