using Loci.Atlas.Building;

namespace Loci.Cluster.Ledgers;

/// <summary>
/// Who does what of a job: leases on ranges of blocks, and the results that came of them. It never sees a result, only
/// its hash, and knows no clock: each call says how late it is, on one monotonic clock. Not safe for several threads.
/// </summary>
/// <remarks>
/// A result counts only under a lease that is alive: a worker that comes back from the dead changes nothing. Towards
/// the end ranges shrink, and what is late is given to a second worker; the first result wins, the second must equal
/// it.
/// </remarks>
internal sealed class Ledger
{
    private const double LateBy = 2;             // times the expected duration
    private const int MostFailures = 3;          // of one range, before the job is given up
    private const int SharesLeft = 2;            // a range is at most this part of what is free, a worker

    private readonly LedgerPace _pace;
    private readonly FreeBlocks _free;
    private readonly SortedList<int, RangeResult> _results = [];
    private readonly List<WorkLease> _leases = [];
    private readonly Dictionary<string, TimeSpan> _heard = [];
    private readonly Dictionary<string, (int Failures, TimeSpan Until)> _resting = [];
    private readonly Dictionary<int, List<string>> _failures = [];
    private readonly TimeSpan _graceEnd;
    private long _nextEpoch;
    private double _blocksDone, _secondsSpent;   // of accepted results: the rate of one worker

    /// <summary>Begins a ledger, or goes on with what an earlier one had.</summary>
    /// <param name="blocks">Blocks of the corpus.</param>
    /// <param name="generation">One more at every restart, so that epochs only grow.</param>
    /// <param name="pace">How leases are given.</param>
    /// <param name="known">Results there are already; one that overlaps those before it is left out.</param>
    /// <param name="now">How late it is.</param>
    public Ledger(int blocks, int generation, LedgerPace pace, IEnumerable<RangeResult> known, TimeSpan now)
    {
        (_pace, _free, Blocks, _nextEpoch) = (pace, new(blocks), blocks, (long)generation << 32);
        _graceEnd = generation > 1 ? now + pace.Grace : now;
        // The longest first: of two that overlap it holds more work.
        foreach (var result in known.OrderByDescending(r => r.Range.Count).ThenBy(r => r.Range.First))
        {
            if (!_free.Contains(result.Range)) continue;
            _free.Remove(result.Range);
            _results.Add(result.Range.First, result);
        }
    }

    /// <summary>Blocks of the corpus.</summary>
    public int Blocks { get; }

    /// <summary>Blocks that have a result.</summary>
    public int BlocksDone => _results.Values.Sum(result => result.Range.Count);

    /// <summary>The results, in the order of their blocks.</summary>
    public IReadOnlyList<RangeResult> Results => [.. _results.Values];

    /// <summary>The leases that are alive.</summary>
    public IReadOnlyList<WorkLease> Leases => _leases;

    /// <summary>Leases that ended without a result.</summary>
    public int LeasesLost { get; private set; }

    /// <summary>Second leases on a range that was late.</summary>
    public int SecondLeases { get; private set; }

    /// <summary>Why the job cannot be done; null: it can.</summary>
    public string? Failure { get; private set; }

    /// <summary>Workers heard of within two leases.</summary>
    public int Workers(TimeSpan now) => _heard.Values.Count(heard => now - heard <= 2 * _pace.Lease);

    /// <summary>Blocks a second that one worker observes; 0 while not known.</summary>
    public double Rate => _secondsSpent > 0 ? _blocksDone / _secondsSpent : 0;

    /// <summary>Gives a worker something to do; null: nothing at the moment.</summary>
    public WorkLease? Take(string worker, TimeSpan now)
    {
        Expire(now);
        _heard[worker] = now;
        if (Failure is not null || now < _graceEnd) return null;
        if (_resting.TryGetValue(worker, out var rest) && now < rest.Until) return null;
        if (_free.Count > 0) return Give(worker, _free.Take(Size(now)), now);
        if (Late(worker, now) is { } late)
        {
            SecondLeases++;
            return Give(worker, late, now);
        }
        return _leases.Count == 0 ? Give(worker, null, now) : null;
    }

    /// <summary>Prolongs a lease.</summary>
    /// <returns>Its epoch, a new one where the lease came back after a restart; null: it is lost.</returns>
    public long? Renew(long epoch, string worker, BlockRange? range, TimeSpan now)
    {
        Expire(now);
        _heard[worker] = now;
        var lease = Find(epoch, worker) ?? Adopt(worker, range, now);
        if (lease is null) return null;
        lease.Expires = now + _pace.Lease;
        return lease.Epoch;
    }

    /// <summary>Takes in what a range gave.</summary>
    /// <param name="epoch">The lease.</param>
    /// <param name="worker">Whose it is.</param>
    /// <param name="result">The result.</param>
    /// <param name="seconds">How long it took.</param>
    /// <param name="now">How late it is.</param>
    public Reception Complete(long epoch, string worker, RangeResult result, double seconds, TimeSpan now)
    {
        Expire(now);
        _heard[worker] = now;
        var lease = Find(epoch, worker) ?? (Has(result.Range) is null ? Adopt(worker, result.Range, now) : null);
        if (lease?.Range == result.Range)
        {
            _leases.RemoveAll(other => other.Range == result.Range);
            _results.Add(result.Range.First, result);
            _resting.Remove(worker);
            _failures.Remove(result.Range.First);
            (_blocksDone, _secondsSpent) = (_blocksDone + result.Range.Count, _secondsSpent + seconds);
            return Reception.Accepted;
        }
        if (Has(result.Range) is not { } held) return Reception.Fenced;
        if (held.Hash == result.Hash) return Reception.Duplicate;
        Failure = $"two workers gave different results for {result.Range}: {held.Hash[..12]} first, "
            + $"{result.Hash[..12]} from {worker}. One of the machines computes wrongly.";
        return Reception.Disputed;
    }

    /// <summary>A worker could not do it; it rests a while, twice as long each time.</summary>
    public void Fail(long epoch, string worker, string reason, TimeSpan now)
    {
        Expire(now);
        if (Find(epoch, worker) is not { } lease) return;
        Release(lease);
        int failures = _resting.TryGetValue(worker, out var rest) ? rest.Failures + 1 : 1;
        _resting[worker] = (failures, now + TimeSpan.FromSeconds(Math.Min(60, Math.Pow(2, failures))));
        var failed = _failures.TryGetValue(lease.Range?.First ?? -1, out var list) ? list
            : _failures[lease.Range?.First ?? -1] = [];
        failed.Add(worker);
        // One bad machine is no reason to give up; what fails everywhere is.
        if (failed.Count >= MostFailures && failed.Distinct().Count() >= Math.Min(MostFailures, Workers(now)))
            Failure = $"{lease.Range?.ToString() ?? "writing the atlas"} failed {failed.Count} times, "
                + $"the last time on {worker}: {reason}";
    }

    /// <summary>A worker hands a lease back undone, as when it is told to stop.</summary>
    public void Return(long epoch, string worker)
    {
        if (Find(epoch, worker) is { } lease) Release(lease);
        _heard.Remove(worker);
    }

    /// <summary>The file of a result is missing or damaged: its blocks are to be done again.</summary>
    public void Discard(RangeResult result)
    {
        if (Has(result.Range)?.Hash != result.Hash) return;
        _results.Remove(result.Range.First);
        _free.Add(result.Range);
    }

    private WorkLease Give(string worker, BlockRange? range, TimeSpan now)
    {
        var lease = new WorkLease(++_nextEpoch, worker, range, now) { Expires = now + _pace.Lease };
        _leases.Add(lease);
        return lease;
    }

    private WorkLease? Find(long epoch, string worker) =>
        _leases.Find(lease => lease.Epoch == epoch && lease.Worker == worker);

    private RangeResult? Has(BlockRange range) =>
        _results.TryGetValue(range.First, out var result) && result.Range == range ? result : null;

    // After a restart nobody knows the leases of before but those who hold them.
    private WorkLease? Adopt(string worker, BlockRange? range, TimeSpan now)
    {
        if (now >= _graceEnd || range is not { } blocks || !_free.Contains(blocks)) return null;
        _free.Remove(blocks);
        return Give(worker, blocks, now);
    }

    private void Expire(TimeSpan now)
    {
        for (int i = _leases.Count - 1; i >= 0; i--)
            if (_leases[i].Expires <= now) Release(_leases[i]);
    }

    private void Release(WorkLease lease)
    {
        _leases.Remove(lease);
        LeasesLost++;
        if (lease.Range is { } range && !_leases.Exists(other => other.Range == range)) _free.Add(range);
    }

    private int Size(TimeSpan now)
    {
        int share = Math.Max(1, _free.Count / (SharesLeft * Math.Max(1, Workers(now))));
        double wanted = Rate > 0 ? Rate * _pace.Target.TotalSeconds : 1;
        return (int)Math.Clamp(wanted, 1, share);
    }

    private BlockRange? Late(string worker, TimeSpan now)
    {
        var candidate = _leases
            .Where(lease => lease.Range is { } range && _leases.Count(other => other.Range == range) == 1)
            .Where(lease => lease.Worker != worker)
            .MinBy(lease => lease.Started);
        if (candidate?.Range is not { } late || Rate == 0) return null;
        double expected = late.Count / Rate;
        return (now - candidate.Started).TotalSeconds > LateBy * expected ? late : null;
    }
}
