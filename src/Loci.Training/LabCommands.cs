using System.CommandLine;
using System.Diagnostics;
using Loci.Training.Labs;

namespace Loci.Training;

/// <summary><c>loci-train lab</c>: the synthetic experiments with fast-weight memories.</summary>
internal static class LabCommands
{
    private const double QuickSeconds = 28; // of one training; twelve of them on two cores take under three minutes

    // Around each break point d_dot = 64, 128, 256, 384.
    private static readonly (string Model, int Symbols)[] s_quickCapacity =
    [
        ("dpfp-3", 340), ("dpfp-3", 400), ("dpfp-3", 460), ("dpfp-2", 220), ("dpfp-2", 260), ("dpfp-2", 300),
        ("dpfp-1", 100), ("dpfp-1", 120), ("dpfp-1", 140), ("elu", 40), ("elu", 60), ("elu", 80),
    ];

    public static Command Create() => new("lab", "Train the synthetic experiments with fast-weight memories.")
    {
        Retrieval(
            "capacity", "Retrieval of S random pairs, each written once: how many does a memory hold?", writes: 0,
            ["softmax", "elu", "dpfp-1", "dpfp-2", "dpfp-3", "favor-64", "favor-512"], [20, 60, 100, 140, 260, 400, 600]),
        Retrieval(
            "update-rules", "Retrieval of the latest value of keys that are written again: which rule can replace?", writes: 2,
            ["delta", "sum", "fwm", "fwm-tanh", "normalized-delta", "gated", "gated-delta", "softmax"], [20]),
        MqarCommand.Create(),
    };

    private static Command Retrieval(string name, string about, int writes, string[] models, int[] sizes)
    {
        var model = new Option<string[]>("--models")
        {
            Description = $"softmax; {string.Join(", ", LabModel.Maps)} (sum rule); RULE or RULE/MAP with {string.Join(", ", LabModel.Rules.Select(r => r.Name))}.",
            AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => models,
        };
        var s = new Option<int[]>("--s") { Description = "Numbers of unique keys, 2 to 2000.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => sizes };
        var seeds = new Option<int>("--seeds") { Description = "Seeds 1 to this.", DefaultValueFactory = _ => 1 };
        var quick = new Option<bool>("--quick") { Description = "A small grid within three minutes on two cores: larger steps, a bound on the time." };
        var most = new Option<double>("--max-seconds") { Description = "Most seconds of one training.", DefaultValueFactory = _ => double.PositiveInfinity };
        var all = new Option<bool>("--every-key") { Description = "Train on every key of a sequence as a query, not on one at random." };
        var mean = new Option<int>("--writes") { Description = "How often a key is written on average (update-rules).", DefaultValueFactory = _ => writes };
        var output = new Option<string>("--out") { Description = "Where to write: NAME.csv, .svg, .png, and NAME-curves.", DefaultValueFactory = _ => name };
        var jobs = new Option<int>("--jobs") { Description = "Processes, one core each.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var part = new Option<int>("--part") { Hidden = true, DefaultValueFactory = _ => 0 };
        var command = new Command(name, about) { model, s, seeds, quick, most, all, mean, output, jobs, part };
        command.SetAction(parsed =>
        {
            bool small = parsed.GetValue(quick);
            var grid = small && writes == 0 && parsed.GetResult(model) is null or { Implicit: true } && parsed.GetResult(s) is null or { Implicit: true } && small && writes == 0
                ? s_quickCapacity
                : [.. from size in parsed.GetValue(s)! from one in parsed.GetValue(model)! select (one, size)];
            foreach (var (one, size) in grid)
            {
                LabModel.Parse(one, "dpfp-1");
                if (size is < 2 or > 2000) throw new ArgumentException($"--s {size}: 2 to 2000 keys");
            }
            int processes = Math.Clamp(parsed.GetValue(jobs), 1, 64);
            if (writes > 0 && parsed.GetValue(mean) < 1) throw new ArgumentException("--writes must be at least 1");
            var budget = new RetrievalBudget(
                MaxSeconds: small ? Math.Min(QuickSeconds, parsed.GetValue(most)) : parsed.GetValue(most), EveryKey: parsed.GetValue(all))
            {
                LearningRate = small ? 3e-3 : 1e-3,
            };
            var plan = new RetrievalPlan(
                name, writes == 0 ? 0 : parsed.GetValue(mean),
                [.. from seed in Enumerable.Range(1, parsed.GetValue(seeds)) from point in grid select (point.Item1, point.Item2, seed)],
                budget);
            string[] typed = [.. Environment.GetCommandLineArgs()[1..]];
            ProcessStartInfo Again(int other) =>
                new(Environment.ProcessPath!, [.. Launch(), .. typed, "--part", $"{other}"]) { RedirectStandardOutput = false };
            int first = parsed.GetValue(part);
            return RetrievalLab.Run(plan, parsed.GetValue(output)!, first, processes, first == 0 ? Again : null);
        });
        return command;
    }

    // Under `dotnet Loci.Training.dll` the program's own path is an argument.
    private static string[] Launch() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(LabCommands).Assembly.Location] : [];
}
