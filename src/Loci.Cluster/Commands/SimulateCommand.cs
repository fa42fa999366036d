using System.CommandLine;
using Loci.Cluster.Simulation;

namespace Loci.Cluster.Commands;

/// <summary><c>loci-cluster simulate</c>: the real ledger with workers that only let time pass.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var blocks = AtlasJobOptions.Whole("--blocks", "Blocks of 64 sentences.", 100_000, 1, int.MaxValue);
        var workers = new Option<int[]>("--workers")
        {
            Description = "Numbers of workers.", HelpName = "N…", AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [10, 30, 100, 300, 1000],
        };
        var block = Seconds("--block-seconds", "Seconds one worker takes for a block.", 1);
        var result = Seconds("--result-seconds", "Seconds to write a result.", 0.1);
        var merge = Seconds("--merge-seconds", "Seconds to read and merge a result at the end.", 0.1);
        var call = Seconds("--call-seconds", "Seconds the ledger is busy with a call.", 0.0002);
        var range = Seconds("--range-seconds", "Seconds a range is to take.", 60);
        var spread = Seconds("--spread", "Standard deviation of a worker's speed, as a share.", 0.2);
        var faults = Seconds("--faults-per-hour", "Kills of a worker in an hour, of each.", 0);
        var command = new Command(
            "simulate",
            "How a job would go with more workers, from measured times: the real ledger on a simulated clock.");
        foreach (var option in (Option[])[blocks, workers, block, result, merge, call, range, spread, faults])
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            Console.WriteLine(" workers      hours  speed-up  efficiency  waste  results   merge h  ledger busy");
            foreach (int count in parsed.GetValue(workers)!)
            {
                var run = new SimulatedRun(new()
                {
                    Blocks = parsed.GetValue(blocks), Workers = count, BlockSeconds = parsed.GetValue(block),
                    ResultSeconds = parsed.GetValue(result), MergeSeconds = parsed.GetValue(merge),
                    CallSeconds = parsed.GetValue(call), RangeSeconds = parsed.GetValue(range),
                    Spread = parsed.GetValue(spread), FaultsPerHour = parsed.GetValue(faults),
                }, seed: 1).Run();
                Console.WriteLine(
                    $"{count,8:N0} {run.Seconds / 3600,10:N2} {run.SpeedUp,9:N1} {run.SpeedUp / count,11:p1} "
                    + $"{run.Waste,6:p1} {run.Results,8:N0} {run.MergeSeconds / 3600,9:N2} {run.LedgerBusy,12:p2}");
            }
            return 0;
        });
        return command.WithExamples(
            "loci-cluster simulate --blocks 780000 --block-seconds 128 --result-seconds 4 --range-seconds 3600");
    }

    private static Option<double> Seconds(string name, string description, double fallback) => new(name)
    {
        Description = description, HelpName = "X", DefaultValueFactory = _ => fallback,
    };
}
