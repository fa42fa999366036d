using Loci.Cluster.Simulation;

namespace Loci.Cluster.Tests;

/// <summary>What can be told of a simulated job beforehand.</summary>
public class SimulationTests
{
    private static readonly SimulatedTimes s_ideal = new()
    {
        Blocks = 20_000, Workers = 1, BlockSeconds = 1, ResultSeconds = 0, MergeSeconds = 0, CallSeconds = 0,
        RangeSeconds = 60,
    };

    [Fact]
    public void One_ideal_worker_takes_as_long_as_the_work() =>
        Assert.InRange(new SimulatedRun(s_ideal, 1).Run().SpeedUp, 0.97, 1.03);

    [Fact]
    public void Many_workers_are_nearly_as_many_times_as_fast()
    {
        var run = new SimulatedRun(s_ideal with { Workers = 100, Spread = 0.2 }, 1).Run();
        Assert.InRange(run.SpeedUp / 100, 0.85, 1.15);
    }

    [Fact]
    public void A_ledger_that_is_slow_bounds_the_speed()
    {
        // One call of 0.5 s a range of a second: more than two workers cannot be served.
        var run = new SimulatedRun(s_ideal with
        {
            Blocks = 2000, Workers = 50, CallSeconds = 0.5, RangeSeconds = 1,
        }, 1).Run();
        Assert.True(run.LedgerBusy > 0.9, $"{run.LedgerBusy}");
        Assert.True(run.SpeedUp < 4, $"{run.SpeedUp}");
    }

    [Fact]
    public void Faults_cost_time_and_lose_nothing()
    {
        var run = new SimulatedRun(s_ideal with { Workers = 20, FaultsPerHour = 6 }, 1).Run();
        Assert.InRange(run.SpeedUp, 8, 20);
    }
}
