using Loci.Atlas.Building;

namespace Loci.Cli;

/// <summary>A build's progress on standard error: first the expected time, then one line that keeps up.</summary>
internal sealed class BuildProgressView(int threads) : IProgress<BuildProgress>, IDisposable
{
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1.2);

    private readonly ProgressLine _line = new();
    private readonly DateTime _start = DateTime.UtcNow;
    private readonly Lock _gate = new();
    private bool _announced;

    public void Report(BuildProgress at)
    {
        lock (_gate)
        {
            // The first moment is compiling and warming up, and says nothing about the rest.
            if (at.Stage == BuildStage.Observe && !_announced)
            {
                if (at.Left is not { } expected || DateTime.UtcNow - _start < s_warmUp) return;
                _announced = true;
                Console.Error.WriteLine(
                    $"About {Count(at.Total)} prefixes, expected to take {Duration(expected)} on {threads} "
                        + $"{(threads == 1 ? "thread" : "threads")}.");
            }
        }
        string left = at.Left is { } time ? $", {Duration(time)} left" : "";
        _line.Show(at.Stage == BuildStage.Observe
            ? $"reading  {Percent(at),4:p0}  {Count(at.Done)} of about {Count(at.Total)} prefixes, "
            + $"{Count((long)at.PerSecond)}/s{left}"
            : $"storing  {Percent(at),4:p0}  {Count(at.Done)} of {Count(at.Total)} cells{left}");
    }

    public void Dispose() => _line.Dispose();

    /// <summary>A duration as people say it: 12 s, 3 min 20 s, 2 h 5 min.</summary>
    public static string Duration(TimeSpan time) =>
        time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes} min"
        : time.TotalMinutes >= 1 ? $"{time.Minutes} min {time.Seconds} s"
        : $"{Math.Max(1, (int)Math.Ceiling(time.TotalSeconds))} s";

    /// <summary>A number as people say it: 950, 12.3 k, 4.56 M.</summary>
    public static string Count(long count) => count switch
    {
        < 10_000 => $"{count:N0}",
        < 1_000_000 => $"{count / 1e3:f1} k",
        < 1_000_000_000 => $"{count / 1e6:f2} M",
        _ => $"{count / 1e9:f2} G",
    };

    private static double Percent(BuildProgress at) => at.Total == 0 ? 0 : Math.Min(1, (double)at.Done / at.Total);
}
