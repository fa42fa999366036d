using System.CommandLine;
using Loci.Studies;
using Loci.Studies.Truth;
using Loci.Views;
using Loci.Worlds;

namespace Loci.Cli.Commands;

/// <summary>
/// <c>loci world explain</c>: what fires the cells of an atlas, measured against the truth of the world's text.
/// </summary>
internal static class WorldExplainCommand
{
    public static Command Create()
    {
        var atlas = Shared.Atlas();
        var (words, seed, world, threads, json) =
            (WorldOptions.Words(), WorldOptions.Seed(), WorldOptions.World(), Shared.Threads(), Shared.Json());
        var shuffles = Shared.Count("--shuffles", "Shuffles of every test.", least: 99, fallback: 199, most: 100_000);
        var model = new Option<string?>("--model")
        {
            Description =
                "The atlas's model: label its cells by the report's pattern study, too, and say how often those "
                + "topics are right.",
            HelpName = "MODEL",
        };
        var command = new Command("explain",
            "Tell how well suffixes and topics explain what fires every cell of an atlas of the world's text.")
        {
            atlas, words, seed, world, shuffles, model, threads, json,
        };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            using var file = Shared.Open(parsed.GetRequiredValue(atlas));
            WorldSentence[] text =
            [
                .. World.Create((ulong)parsed.GetValue(world))
                .Documents((ulong)parsed.GetValue(seed), parsed.GetValue(words))
                    .SelectMany(document => document.Sentences),
            ];
            IReadOnlyList<GroundTruthLayer> layers;
            using (var line = new ProgressLine())
                layers = GroundTruth.Measure(
                    file, text, new(parsed.GetValue(shuffles)), new(parsed.GetValue(threads), cancel),
                    new ImmediateProgress<long>(
                        read => line.Show($"{read:N0} of {file.Manifest.Spec.Cells:N0} cells")));
            IReadOnlyList<TopicFinderScore> byCoefficient = [], byTriggers = [];
            if (parsed.GetValue(model) is { } name)
                using (var line = new ProgressLine())
                    (byCoefficient, byTriggers) =
                        TopicFinder.Score(ModelSource.Open(name, cancel), file, text, layers, new()
                    {
                        Threads = parsed.GetValue(threads),
                        Cancellation = cancel,
                        Progress = new ImmediateProgress<StudyProgress>(
                            p => line.Show($"{p.Doing}: {p.Done:N0} of {p.Total:N0}")),
                    });
            if (parsed.GetValue(json))
            {
                JsonOutput.Write<IReadOnlyList<TruthLayerView>>(
                    [.. layers.Select(layer => TruthLayerView.Of(layer, byCoefficient, byTriggers))]);
                return 0;
            }
            GroundTruthTable.Write(layers);
            if (byCoefficient.Count > 0)
                GroundTruthTable.Write(byCoefficient, "whose coefficient the passage's topic adds to");
            if (byTriggers.Count > 0) GroundTruthTable.Write(byTriggers, "whose triggers the topic tells from others");
            return 0;
        }, cancel));
        return command.WithExamples(
            "loci world explain demo.atlas",
            "loci world explain demo.atlas --words 200000 --seed 2 --model demo",
            "loci world explain demo.atlas --words 300000 --seed 7 --json");
    }
}
