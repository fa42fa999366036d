using System.CommandLine;
using Loci.Atlas;
using Loci.Atlas.Building;
using Loci.Models;
using Loci.Studies;
using Loci.Studies.Chance;
using Loci.Studies.Truth;
using Loci.Text;
using Loci.Views;
using Loci.Worlds;
using Spectre.Console;

namespace Loci.Cli.Commands;

/// <summary>
/// <c>loci docs explain</c>: what fires the cells of an atlas of the documentation, measured against its namespaces.
/// </summary>
internal static class DocsExplainCommand
{
    private const int Seed = 1;

    public static Command Create()
    {
        var atlas = Shared.Atlas();
        var model = new Option<string?>("--model")
        {
            HelpName = "MODEL", Description =
                "The atlas's model: also score the topics of the report's pattern study, and measure random weights.",
        };
        var sdk = new Option<string?>("--sdk")
        {
            HelpName = "FOLDER", Description =
                "The .NET SDK whose documentation it was built over. Default: the one that runs, or is on the path.",
        };
        var shuffles = Shared.Count("--shuffles", "Shuffles of every test.", least: 99, fallback: 199, most: 100_000);
        var (threads, json) = (Shared.Threads(), Shared.Json());
        var command = new Command("explain",
            "Tell how well words and namespaces explain what fires every cell of an atlas of the documentation.")
            { atlas, model, sdk, shuffles, threads, json };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            using var file = Shared.Open(parsed.GetRequiredValue(atlas));
            var opened = parsed.GetValue(model) is { } name ? ModelSource.Open(name, cancel) : null;
            if (opened is not null) Shared.CheckModel(file, opened);
            var docs = OwnText.Documentation(parsed.GetValue(sdk), cancel)
                ?? throw new LociException(
                    "No .NET SDK with the documentation of its libraries was found: --sdk FOLDER.");
            LabelledSentence[] text = [.. docs.Sample.Select(passage => passage.Labelled)];
            var compute = new Compute(parsed.GetValue(threads), cancel);
            using var line = new ProgressLine();
            var options = new GroundTruthOptions(parsed.GetValue(shuffles));
            var layers = Measure(file, "");
            IReadOnlyList<TopicFinderScore> byCoefficient = [], byTriggers = [];
            IReadOnlyList<GroundTruthLayer>? random = null;
            if (opened is not null)
            {
                (byCoefficient, byTriggers) = TopicFinder.Score(opened, file, text, layers, new()
                {
                    Threads = compute.Threads, Cancellation = cancel, Progress = new ImmediateProgress<StudyProgress>(
                        p => line.Show($"{p.Doing}: {p.Done:N0} of {p.Total:N0}")),
                });
                random = RandomWeights(opened, text, compute, of => Measure(of, " with random weights"));
            }
            line.Dispose();
            Write(layers, random, byCoefficient, byTriggers, parsed.GetValue(json));
            return 0;

            IReadOnlyList<GroundTruthLayer> Measure(AtlasFile of, string what) => GroundTruth.Measure(
                of, text, options, compute, new ImmediateProgress<long>(
                    read => line.Show($"{read:N0} of {of.Manifest.Spec.Cells:N0} cells{what}")));
        }, cancel));
        return command.WithExamples(
            "loci docs explain demo-docs.atlas",
            "loci docs explain demo-docs.atlas --model demo-docs",
            "loci docs explain demo-docs.atlas --shuffles 999 --json");
    }

    private static IReadOnlyList<GroundTruthLayer> RandomWeights(
        Model model, IEnumerable<LabelledSentence> text, Compute compute,
        Func<AtlasFile, IReadOnlyList<GroundTruthLayer>> measure)
    {
        var folder = Directory.CreateTempSubdirectory("loci-random-");
        try
        {
            string own = Path.Combine(folder.FullName, "text.txt"),
                path = Path.Combine(folder.FullName, "random.atlas");
            File.WriteAllText(own, OwnText.Lines(text.Select(sentence => sentence.Text)));
            new AtlasBuilder(
                Nulls.RandomWeights(model, Seed), Corpus.Open([own]), new AtlasOptions { Unit = SentenceUnit.Line },
                new BuildSettings { Threads = compute.Threads }).Build(path, cancellation: compute.Cancellation);
            using var atlas = AtlasFile.Open(path);
            return measure(atlas);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Write(
        IReadOnlyList<GroundTruthLayer> layers, IReadOnlyList<GroundTruthLayer>? random,
        IReadOnlyList<TopicFinderScore> byCoefficient, IReadOnlyList<TopicFinderScore> byTriggers, bool json)
    {
        if (json)
        {
            JsonOutput.Write(new DocumentationTruthView(
                [.. layers.Select(layer => TruthLayerView.Of(layer, byCoefficient, byTriggers))],
                random is null ? null : [.. random.Select(layer => TruthLayerView.Of(layer, [], []))]));
            return;
        }
        GroundTruthTable.Write(layers);
        if (random is not null)
        {
            Screen.Results.WriteLine();
            Screen.Results.WriteLine("The same with the weights of every matrix permuted:");
            GroundTruthTable.Write(random);
        }
        if (byCoefficient.Count > 0)
            GroundTruthTable.Write(byCoefficient, "whose coefficient the passage's namespace adds to");
        if (byTriggers.Count > 0) GroundTruthTable.Write(byTriggers, "whose triggers the namespace tells from others");
    }
}
