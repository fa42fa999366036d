using System.CommandLine;
using Loci.Atlas;
using Loci.Atlas.Building;
using Loci.Models;
using Loci.Studies.Truth;
using Loci.Text;
using Loci.Views;
using Loci.Worlds;

namespace Loci.Cli.Commands;

/// <summary>
/// <c>loci demo</c>: the whole of it on a model that comes with the tool, in a minute and without a network.
/// </summary>
internal static class DemoCommand
{
    // Fewer shuffles than a study takes: enough for the 95th percentile.
    private const int Shuffles = 99;

    public static Command Create()
    {
        var gated = new Option<bool>("--gated") { Description = "Take the twin with gated (SwiGLU) memories." };
        var delta = new Option<bool>("--delta")
        {
            Description = "Take the twin whose attention is a fast-weight memory under the delta rule.",
        };
        var file = new Option<string?>("--out")
        {
            Description = "The atlas it leaves. Default: demo.atlas here.", HelpName = "FILE",
        };
        var force = Shared.Force();
        var threads = Shared.Threads();
        var json = Shared.Json();
        var command = new Command("demo",
            "Read the memories of a small trained model whose world is known, and walk through them.") { gated, delta,
            file, force, threads, json };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            if (parsed.GetValue(gated) && parsed.GetValue(delta))
                throw new UsageException("--gated and --delta are two models; give one of them.");
            string name = parsed.GetValue(gated) ? "demo-gated" : parsed.GetValue(delta) ? "demo-delta" : "demo",
                path = parsed.GetValue(file) ?? $"{name}.atlas";
            Shared.CheckWritable(path);
            var model = Loci.BuiltIn.BuiltInModels.Open(name);
            Build(
                model, path, new BuildSettings
                    { Threads = parsed.GetValue(threads), Replace = parsed.GetValue(force) }, cancel);
            using var atlas = AtlasFile.Open(path);
            var sentences = OwnText.WorldSentences().ToArray();
            IReadOnlyList<GroundTruthLayer> truth;
            using (var line = new ProgressLine())
                truth = GroundTruth.Measure(
                    atlas, sentences, new(Shuffles), new(parsed.GetValue(threads), cancel),
                    new ImmediateProgress<long>(read => line.Show(
                        $"comparing what fires {read:N0} of {atlas.Manifest.Spec.Cells:N0} cells with the truth")));
            var tour = WorldTour.Of(model, atlas, World.Create(OwnText.World), sentences, truth);
            if (parsed.GetValue(json)) JsonOutput.Write(tour.View(DemoScreen.Cells));
            else DemoScreen.Write(Screen.Results, tour);
            return 0;
        }, cancel));
        return command.WithExamples("loci demo", "loci demo --gated --out gated.atlas", "loci demo --delta",
            "loci demo --json");
    }

    private static void Build(Model model, string path, BuildSettings settings, CancellationToken cancel)
    {
        var text = CorpusSource.Open(model, [], "text", CorpusSource.Beside(path));
        var builder = new AtlasBuilder(model, text, new AtlasOptions { Unit = SentenceUnit.Line }, settings)
        {
            ModelPlace = model.Name,
        };
        using var view = new BuildProgressView(settings.Threads);
        builder.Build(path, view, cancel);
    }
}
