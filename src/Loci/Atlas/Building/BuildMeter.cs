using System.Diagnostics;

namespace Loci.Atlas.Building;

/// <summary>Tells how far a build is and how long it will take, from the share of the corpus that has been read.</summary>
/// <param name="feed">The text; its share is the measure.</param>
/// <param name="before">Prefixes that an earlier run observed.</param>
/// <param name="progress">Who is told, or null.</param>
internal sealed class BuildMeter(SentenceFeed feed, long before, Action<BuildProgress>? progress)
{
    private readonly Lock _gate = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private double _skipped = -1; // share of the corpus that an earlier run did
    private long _prefixes;       // that this run observed
    private long _storing;        // when the first cell was stored

    /// <summary>Tells of prefixes that have been observed. Any thread.</summary>
    public void Observed(int prefixes)
    {
        if (progress is null) return;
        lock (_gate)
        {
            double share = feed.ShareRead, seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
            if (_skipped < 0) _skipped = before == 0 ? 0 : share;
            _prefixes += prefixes;
            long done = before + _prefixes;
            double fresh = share - _skipped;
            progress(new(
                BuildStage.Observe, done, Math.Max(done, (long)(done / Math.Clamp(share, 1e-9, 1))), _prefixes / Math.Max(seconds, 1e-3),
                fresh > 0 ? TimeSpan.FromSeconds(seconds * Math.Max(0, 1 - share) / fresh) : null));
        }
    }

    /// <summary>Tells that a cell has been stored.</summary>
    public void Stored(long cells, long of)
    {
        if (progress is null) return;
        if (_storing == 0) _storing = Stopwatch.GetTimestamp();
        double seconds = Stopwatch.GetElapsedTime(_storing).TotalSeconds;
        progress(new(
            BuildStage.Store, cells, of, cells / Math.Max(seconds, 1e-3), TimeSpan.FromSeconds(seconds / cells * (of - cells))));
    }
}
