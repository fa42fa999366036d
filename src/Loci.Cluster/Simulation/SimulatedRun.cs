using Loci.Memory.Numerics;
using Loci.Cluster.Ledgers;

namespace Loci.Cluster.Simulation;

/// <summary>The times of a simulated job, all in seconds; those of a machine are to be measured on it.</summary>
internal sealed record SimulatedTimes
{
    public required int Blocks { get; init; }
    public required int Workers { get; init; }
    public required double BlockSeconds { get; init; }
    public required double ResultSeconds { get; init; }
    public required double MergeSeconds { get; init; }
    public required double CallSeconds { get; init; }
    public required double RangeSeconds { get; init; }
    public double Spread { get; init; }
    public double FaultsPerHour { get; init; }
    public double LeaseSeconds { get; init; } = 60;
}

/// <summary>How a simulated job went.</summary>
/// <param name="Seconds">From the first lease to the atlas.</param>
/// <param name="SpeedUp">Against one worker of mean speed.</param>
/// <param name="Waste">Share of the workers' computing that counts for nothing.</param>
/// <param name="Results">Results merged at the end.</param>
/// <param name="MergeSeconds">How long the merge took.</param>
/// <param name="LedgerBusy">Share of the time until the last result in which the ledger answered calls.</param>
internal sealed record SimulatedEnd(
    double Seconds, double SpeedUp, double Waste, int Results, double MergeSeconds, double LedgerBusy);

/// <summary>
/// A job on a simulated clock: the ledger is the real one, workers only let time pass. The ledger answers one call at a
/// time; who calls while it is busy waits.
/// </summary>
internal sealed class SimulatedRun
{
    private const double IdleSeconds = 0.25;

    private readonly SimulatedTimes _times;
    private readonly Random _random;
    private readonly Ledger _ledger;
    private readonly double[] _speeds;
    private readonly PriorityQueue<Event, (double At, int Order)> _events = new();
    private double _ledgerFree, _ledgerBusy, _computed, _useful, _lastResult;
    private int _order;

    public SimulatedRun(SimulatedTimes times, int seed)
    {
        (_times, _random) = (times, RandomStream.Of(seed, "cluster simulation"));
        var pace = new LedgerPace(
            TimeSpan.FromSeconds(times.LeaseSeconds), TimeSpan.FromSeconds(times.RangeSeconds));
        _ledger = new(times.Blocks, 1, pace, [], TimeSpan.Zero);
        _speeds = [.. Enumerable.Range(0, times.Workers).Select(_ => Math.Exp(times.Spread * Normal()))];
    }

    private enum Kind
    {
        Ask, Renew, Done, Dies,
    }

    private sealed record Event(Kind Kind, int Worker, int Life, WorkLease? Lease, double Started);

    public SimulatedEnd Run()
    {
        int[] lives = new int[_times.Workers];
        double?[] begun = new double?[_times.Workers]; // when the range in hand was begun
        for (int w = 0; w < _times.Workers; w++)
        {
            At(_random.NextDouble() * IdleSeconds, new(Kind.Ask, w, 0, null, 0));
            Doom(w, 0, 0);
        }
        while (_events.TryDequeue(out var next, out var key))
        {
            double now = key.At;
            if (next.Life != lives[next.Worker]) continue; // it died meanwhile
            if (next.Kind == Kind.Dies)
            {
                lives[next.Worker]++;
                _computed += now - (begun[next.Worker] ?? now);
                begun[next.Worker] = null;
                At(now + 30, new(Kind.Ask, next.Worker, lives[next.Worker], null, now));
                Doom(next.Worker, lives[next.Worker], now + 30);
                continue;
            }
            now = Call(now);
            var time = TimeSpan.FromSeconds(now);
            string name = $"{next.Worker}.{next.Life}";
            if (next.Kind == Kind.Renew)
            {
                if (_ledger.Renew(next.Lease!.Epoch, name, next.Lease.Range, time) is not null)
                    At(now + _times.LeaseSeconds / 4, next);
                continue;
            }
            if (next.Kind == Kind.Done)
            {
                var range = next.Lease!.Range!.Value;
                double seconds = now - next.Started;
                _computed += seconds;
                begun[next.Worker] = null;
                if (_ledger.Complete(next.Lease.Epoch, name, new(range, new('0', 64), 1), seconds, time)
                    == Reception.Accepted)
                {
                    (_useful, _lastResult) = (_useful + seconds, now);
                }
            }
            if (_ledger.BlocksDone == _times.Blocks) break;
            if (_ledger.Take(name, time) is not { Range: { } work } lease)
            {
                At(now + IdleSeconds, new(Kind.Ask, next.Worker, next.Life, null, now));
                continue;
            }
            begun[next.Worker] = now;
            double takes = work.Count * _times.BlockSeconds / _speeds[next.Worker] * Math.Exp(0.05 * Normal())
                + _times.ResultSeconds;
            At(now + takes, new(Kind.Done, next.Worker, next.Life, lease, now));
            if (takes > _times.LeaseSeconds / 4)
                At(now + _times.LeaseSeconds / 4, new(Kind.Renew, next.Worker, next.Life, lease, now));
        }
        int results = _ledger.Results.Count;
        double merge = results * _times.MergeSeconds, all = _lastResult + merge;
        double alone = _times.Blocks * _times.BlockSeconds;
        return new(all, alone / all, _computed > 0 ? 1 - _useful / _computed : 0, results, merge,
            _ledgerBusy / Math.Max(_lastResult, 1e-9));
    }

    private double Call(double now)
    {
        double begin = Math.Max(now, _ledgerFree);
        _ledgerBusy += _times.CallSeconds;
        return _ledgerFree = begin + _times.CallSeconds;
    }

    private void At(double at, Event what) => _events.Enqueue(what, (at, _order++));

    private void Doom(int worker, int life, double now)
    {
        if (_times.FaultsPerHour <= 0) return;
        At(now - Math.Log(1 - _random.NextDouble()) * 3600 / _times.FaultsPerHour,
            new(Kind.Dies, worker, life, null, now));
    }

    private double Normal() =>
        Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
