using System.CommandLine;
using Loci.Terminal;
using Loci.Training.Labs;
using Loci.Training.Labs.Recall;

namespace Loci.Training.Commands;

/// <summary>
/// <c>loci-train lab mqar</c> and <c>lab overwrite</c>: can a memory hold pairs of a text, and replace what a key was
/// written with?
/// </summary>
internal static class RecallCommands
{
    private static readonly string[] s_tasks = ["overwrite", "mqar"];

    /// <summary>Both tasks, all models.</summary>
    public static Command Mqar()
    {
        var task = new Option<string[]>("--task")
        {
            Description =
                "overwrite: 16 keys, each written three times, the latest value is wanted; mqar: pairs, then a "
                + "question for each (Arora et al. 2023).",
            AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => s_tasks,
        };
        var pairs = new Option<int>("--pairs")
        {
            Description = "Pairs of a text of mqar.", DefaultValueFactory = _ => 16,
        };
        var length = new Option<int>("--length")
        {
            Description = "Tokens of a text of mqar: at least four times the pairs.", DefaultValueFactory = _ => 64,
        };
        var vocabulary = new Option<int>("--vocabulary")
        {
            Description = "Tokens there are in mqar: half of them keys, half values.", DefaultValueFactory = _ => 128,
        };
        var command = Create(
            "mqar",
            "Recall from a text, with the models of the language table: overwritten keys, and pairs asked for at the "
            + "end (MQAR).", MqarModels.Names, steps: 1500,
            parsed =>
            [
                .. parsed.GetValue(task)!.Distinct().Select(name => name switch
                {
                    "overwrite" => RecallSetting.Overwrite,
                    "mqar" =>
                        RecallSetting.Mqar(parsed.GetValue(vocabulary), parsed.GetValue(pairs),
                            parsed.GetValue(length)),
                    _ => throw new UsageException($"--task {name}: there are {string.Join(" and ", s_tasks)}."),
                }),
            ]);
        foreach (Option option in (Option[])[task, pairs, length, vocabulary]) command.Add(option);
        return command.WithExamples(
            "loci-train lab mqar --quick", "loci-train lab mqar --seeds 5 --out results/mqar",
            "loci-train lab mqar --task overwrite --models linear-delta linear-normalized-sum softmax",
            "loci-train lab mqar --task mqar --pairs 32 --length 256");
    }

    /// <summary>The decisive comparison alone: the delta rule against the sum, in one layer.</summary>
    public static Command Overwrite() => Create(
        "overwrite", "16 keys, each written three times: a rule that cannot replace is right a third of the time.",
        ["linear-delta", "linear-normalized-sum"], steps: 1000,
        _ => [RecallSetting.Overwrite])
        .WithExamples("loci-train lab overwrite",
            "loci-train lab overwrite --models dpfp-1-delta dpfp-1-normalized-sum --seeds 5");

    private static Command Create(string name, string about, IReadOnlyList<string> known, int steps,
        Func<ParseResult, IReadOnlyList<RecallSetting>> settings)
    {
        int fewSteps = steps / 5;
        var models = new Option<string[]>("--models")
        {
            Description = $"Of {string.Join(", ", MqarModels.Names)}.", AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [.. known],
        };
        var seeds = new Option<int?>("--seeds") { Description = "Seeds 1 to this (3; 1 with --quick)." };
        var most = new Option<int?>("--steps")
        {
            Description =
                $"Most steps of a training ({steps}; {fewSteps} with --quick). It ends when 99.9 % of the answers "
                + $"are right.",
        };
        var quick = new Option<bool>("--quick") { Description = "One seed and few steps: a first look." };
        var output = new Option<string?>("--out")
        {
            Description =
                $"Where to write: NAME.csv, NAME-TASK.svg and .png, NAME-curves ({name}; {name}-quick with --quick).",
        };
        var jobs = new Option<int>("--jobs")
        {
            Description = "Processes, one core each.", DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        var part = new Option<int>(LabProcesses.Part) { Hidden = true };
        var command = new Command(name, about) { models, seeds, most, quick, output, jobs, part };
        command.SetAction((parsed, cancellation) =>
        {
            bool small = parsed.GetValue(quick);
            var plan = new RecallPlan(
                settings(parsed), [.. parsed.GetValue(models)!.Select(MqarModels.Today).Distinct()],
                parsed.GetValue(seeds) ?? (small ? 1 : 3),
                parsed.GetValue(most) ?? (small ? fewSteps : steps));
            Check(plan);
            return Task.FromResult(RecallLab.Run(
                plan, parsed.GetValue(output) ?? (small ? $"{name}-quick" : name), parsed.GetValue(part),
                Math.Clamp(parsed.GetValue(jobs), 1, 64), cancellation));
        });
        return command;
    }

    // Everything is refused before anything starts.
    private static void Check(RecallPlan plan)
    {
        if (plan.Seeds < 1) throw new UsageException("--seeds is at least 1.");
        if (plan.Steps < 1) throw new UsageException("--steps is at least 1.");
        foreach (var setting in plan.Settings)
        {
            if (setting.Vocabulary > 1 << 16 || setting.Length > 1 << 14)
                throw new UsageException($"--vocabulary is at most {1 << 16}, --length at most {1 << 14}.");
            setting.Texts(1);
            foreach (string model in plan.Models) setting.Spec(model);
        }
    }
}
