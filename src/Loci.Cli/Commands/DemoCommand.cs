using System.CommandLine;
using Loci.Atlas;
using Loci.Atlas.Building;
using Loci.BuiltIn;
using Loci.Models;
using Loci.Studies.Truth;
using Loci.Text;
using Loci.Views;
using Loci.Worlds;

namespace Loci.Cli.Commands;

/// <summary>
/// <c>loci demo</c>: the whole of it on a model that comes with the tool, in a minute and without a network. It begins
/// with a text that people know, the documentation of .NET, and takes the generated world where there is none.
/// </summary>
internal static class DemoCommand
{
    // Fewer shuffles than a study takes: enough for the 95th percentile.
    private const int Shuffles = 99;

    public static Command Create()
    {
        var world = new Option<bool>("--world")
        {
            Description = "Take the model of a generated world, all of whose facts are known.",
        };
        var gated = new Option<bool>("--gated") { Description = "Take that one's twin with gated (SwiGLU) memories." };
        var delta = new Option<bool>("--delta")
        {
            Description = "Take the twin whose attention is a fast-weight memory under the delta rule.",
        };
        var sdk = new Option<string?>("--sdk")
        {
            HelpName = "FOLDER", Description =
                "The .NET SDK whose documentation is read. Default: the one that runs, or is on the path.",
        };
        var file = new Option<string?>("--out")
        {
            Description = "The atlas it leaves. Default: demo-docs.atlas here, or that name of the model taken.",
            HelpName = "FILE",
        };
        var force = Shared.Force();
        var threads = Shared.Threads();
        var json = Shared.Json();
        var command = new Command("demo",
            "Read the memories of a small model of the .NET documentation, and walk through them.") { world, gated,
            delta, sdk, file, force, threads, json };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            var options = new Options(
                parsed.GetValue(file), parsed.GetValue(force), new(parsed.GetValue(threads), cancel),
                parsed.GetValue(json));
            if (parsed.GetValue(gated) && parsed.GetValue(delta))
                throw new UsageException("--gated and --delta are two models; give one of them.");
            string? known = parsed.GetValue(gated) ? "demo-gated" : parsed.GetValue(delta) ? "demo-delta"
                : parsed.GetValue(world) ? "demo" : null;
            if (known is not null && parsed.GetValue(sdk) is not null)
                throw new UsageException("--sdk names a documentation, which the models of the world do not read.");
            if (known is not null) return World(known, options);
            string? folder = parsed.GetValue(sdk);
            if (Documentation(folder, cancel) is { } docs) return Documentation(docs, options);
            Screen.Warn($"{(folder is null ? "no .NET SDK with the documentation of its libraries was found" :
                $"{folder} holds no documentation of a .NET SDK")}; "
                + "the tour takes the model of a generated world instead (loci demo --world).");
            return World("demo", options);
        }, cancel));
        return command.WithExamples("loci demo", "loci demo --world", "loci demo --gated --out gated.atlas",
            "loci demo --delta", "loci demo --json");
    }

    private static OwnDocumentation? Documentation(string? sdk, CancellationToken cancel)
    {
        using var line = new ProgressLine();
        line.Show("reading the documentation of the .NET libraries");
        return OwnText.Documentation(sdk, cancel);
    }

    private static int Documentation(OwnDocumentation docs, Options options)
    {
        string path = options.Out ?? $"{BuiltInModels.Documentation}.atlas";
        Shared.CheckWritable(path);
        var model = BuiltInModels.Open(BuiltInModels.Documentation);
        Build(model, OwnText.Lines(docs.Sample.Select(passage => passage.Text)), path, options);
        using var atlas = AtlasFile.Open(path);
        var truth = Measure(atlas, docs.Sample.Select(passage => passage.Labelled), options);
        DocumentationTour tour;
        using (var line = new ProgressLine())
        {
            line.Show("looking for an answer to trace");
            tour = DocumentationTour.Of(
                model, atlas, docs.Version, docs.Sample, docs.HeldOut, truth, options.Compute);
        }
        if (options.Json) JsonOutput.Write(tour.View(DemoScreen.Cells));
        else TourSteps.Show(
            Screen.Results, DocumentationScreen.Steps(tour, docs.IsDemos), options.Compute.Cancellation);
        return 0;
    }

    private static int World(string name, Options options)
    {
        string path = options.Out ?? $"{name}.atlas";
        Shared.CheckWritable(path);
        var model = BuiltInModels.Open(name);
        var sentences = OwnText.WorldSentences().ToArray();
        Build(model, OwnText.Lines(sentences.Select(sentence => sentence.Text)), path, options);
        using var atlas = AtlasFile.Open(path);
        var truth = Measure(atlas, sentences, options);
        var tour = WorldTour.Of(model, atlas, Worlds.World.Create(OwnText.World), sentences, truth);
        if (options.Json) JsonOutput.Write(tour.View(DemoScreen.Cells));
        else TourSteps.Show(Screen.Results, DemoScreen.Steps(tour), options.Compute.Cancellation);
        return 0;
    }

    private static IReadOnlyList<GroundTruthLayer> Measure(
        AtlasFile atlas, IEnumerable<LabelledSentence> sentences, Options options)
    {
        using var line = new ProgressLine();
        return GroundTruth.Measure(
            atlas, sentences, new(Shuffles), options.Compute,
            new ImmediateProgress<long>(read => line.Show(
                $"comparing what fires {read:N0} of {atlas.Manifest.Spec.Cells:N0} cells with the truth")));
    }

    private static void Build(Model model, string own, string path, Options options)
    {
        var text = CorpusSource.Own(model, own, CorpusSource.Beside(path));
        var settings = new BuildSettings { Threads = options.Compute.Threads, Replace = options.Force };
        var builder = new AtlasBuilder(model, text, new AtlasOptions { Unit = SentenceUnit.Line }, settings)
        {
            ModelPlace = model.Name,
        };
        using var view = new BuildProgressView(settings.Threads);
        builder.Build(path, view, options.Compute.Cancellation);
    }

    private sealed record Options(string? Out, bool Force, Compute Compute, bool Json);
}
