using System.CommandLine;
using System.Globalization;
using Loci.Terminal;
using Loci.Training.Labs;
using Loci.Training.Labs.Retrieval;

namespace Loci.Training.Commands;

/// <summary><c>loci-train lab</c>: the synthetic experiments with fast-weight memories.</summary>
internal static class LabCommands
{
    // Around each break point d_dot = 64, 128, 256, 384.
    private static readonly (string Model, int Symbols)[] s_quickCapacity =
    [
        ("dpfp-3", 340), ("dpfp-3", 400), ("dpfp-3", 460), ("dpfp-2", 220), ("dpfp-2", 260), ("dpfp-2", 300),
        ("dpfp-1", 100), ("dpfp-1", 120), ("dpfp-1", 140), ("elu", 40), ("elu", 60), ("elu", 80),
    ];

    public static Command Create() => new("lab", "Train the synthetic experiments with fast-weight memories.")
    {
        Retrieval(
            "capacity", "Retrieval of S random pairs, each written once: how many does a memory hold?", writes: false,
            ["softmax", "elu", "dpfp-1", "dpfp-2", "dpfp-3", "favor-64", "favor-512"],
            [20, 60, 100, 140, 260, 400, 600]),
        Retrieval(
            "update-rules", "Retrieval of the latest value of keys that are written again: which rule can replace?",
            writes: true,
            ["delta", "normalized-sum", "fwm", "fwm-tanh", "normalized-delta", "gated", "gated-delta", "softmax"],
            [20]),
        RecallCommands.Overwrite(),
        RecallCommands.Mqar(),
        LanguageCommand.Create(),
        CarryOverCommand.Create(),
        DrawCommand.Create(),
    };

    private static Command Retrieval(string name, string about, bool writes, string[] models, int[] sizes)
    {
        var model = new Option<string[]>("--models")
        {
            Description =
                $"softmax; {string.Join(", ", LabModel.Maps)} (normalised sum); RULE or RULE/MAP with "
                + $"{string.Join(", ", LabModel.Rules.Select(r => r.Name))}.",
            AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => models,
        };
        var s = new Option<int[]>("--s")
        {
            Description = "Numbers of unique keys, 2 to 2000.", AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => sizes,
        };
        var seeds = new Option<int>("--seeds") { Description = "Seeds 1 to this.", DefaultValueFactory = _ => 1 };
        var quick = new Option<bool>("--quick")
        {
            Description = "A small grid within three minutes on two cores: larger steps, a bound on the time.",
        };
        var most = new Option<double>("--max-seconds")
        {
            Description = "Most seconds of one training.", DefaultValueFactory = _ => double.PositiveInfinity,
        };
        var all = new Option<bool>("--every-key")
        {
            Description = "Train on every key of a sequence as a query, not on one at random.",
        };
        var mean = new Option<int>("--writes")
        {
            Description = "update-rules: how often a key is written on average.", DefaultValueFactory = _ => 2,
        };
        var tested = new Option<int>("--test-writes")
        {
            Description = "update-rules: the same in the sequences of the evaluation; 1 as in the authors' code.",
            DefaultValueFactory = _ => 1,
        };
        var output = new Option<string?>("--out")
        {
            Description = $"Where to write: NAME.csv, .svg, .png, and NAME-curves ({name}; {name}-quick with --quick).",
        };
        var jobs = new Option<int>("--jobs")
        {
            Description = "Processes, one core each.", DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        var part = new Option<int>(LabProcesses.Part) { Hidden = true };
        var command = new Command(name, about) { model, s, seeds, quick, most, all, output, jobs, part };
        if (writes) command.Add(mean);
        if (writes) command.Add(tested);
        command.SetAction((parsed, cancellation) =>
        {
            bool small = parsed.GetValue(quick);
            bool Typed(Option option) => parsed.GetResult(option) is { Implicit: false };
            var grid = small && !writes && !Typed(model) && !Typed(s)
                ? s_quickCapacity
                : [.. from size in parsed.GetValue(s)! from one in parsed.GetValue(model)! select (one, size)];
            foreach (var (one, size) in grid)
            {
                LabModel.Parse(one, "dpfp-1");
                if (size is < 2 or > 2000) throw new UsageException($"--s {size}: 2 to 2000 keys.");
            }
            if (parsed.GetValue(seeds) < 1) throw new UsageException("--seeds is at least 1.");
            var drawn = writes ? (parsed.GetValue(mean), parsed.GetValue(tested)) : (0, 0);
            if (writes && (drawn.Item1 is < 1 or > 100 || drawn.Item2 is < 1 or > 100))
                throw new UsageException("--writes and --test-writes are 1 to 100.");
            double seconds = parsed.GetValue(most);
            if (!(seconds > 0)) throw new UsageException("--max-seconds is above 0.");
            var budget = small && !writes
                ? RetrievalBudget.Quick
                : RetrievalBudget.Paper with { MaxSeconds = small
                    ? RetrievalBudget.Quick.MaxSeconds
                    : double.PositiveInfinity };
            budget = budget with { MaxSeconds = Math.Min(budget.MaxSeconds, seconds),
                EveryKey = budget.EveryKey || parsed.GetValue(all) };
            string protocol = string.Create(CultureInfo.InvariantCulture,
                $"{(small ? "quick" : "paper")}{(parsed.GetValue(all) ? " every-key" : "")}"
                + $"{(double.IsFinite(seconds) ? $" {seconds:0.#}s" : "")}"
                + $"{(writes ? $" writes {drawn.Item1} tested {drawn.Item2}" : "")}");
            var plan = new RetrievalPlan(
                name, protocol, drawn, [
                    .. from seed in Enumerable.Range(1,
                        parsed.GetValue(seeds)) from point in grid select (point.Item1, point.Item2, seed)], budget);
            return Task.FromResult(RetrievalLab.Run(
                plan, parsed.GetValue(output) ?? (small ? $"{name}-quick" : name), parsed.GetValue(part),
                Math.Clamp(parsed.GetValue(jobs), 1, 64), cancellation));
        });
        return command;
    }
}
