using System.CommandLine;
using Loci.Studies.Truth;
using Loci.Views;
using Loci.Worlds;

namespace Loci.Cli.Commands;

/// <summary><c>loci world explain</c>: what fires the cells of an atlas, measured against the truth of the world's text.</summary>
internal static class WorldExplainCommand
{
    public static Command Create()
    {
        var atlas = Shared.Atlas();
        var (words, seed, world, threads, json) = (WorldOptions.Words(), WorldOptions.Seed(), WorldOptions.World(), Shared.Threads(), Shared.Json());
        var shuffles = Shared.Count("--shuffles", "Shuffles of every test.", least: 99, fallback: 199, most: 100_000);
        var command = new Command("explain", "Tell how well suffixes and topics explain what fires every cell of an atlas of the world's text.")
        {
            atlas, words, seed, world, shuffles, threads, json,
        };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            using var file = Shared.Open(parsed.GetRequiredValue(atlas));
            var text = World.Create((ulong)parsed.GetValue(world)).Documents((ulong)parsed.GetValue(seed), parsed.GetValue(words));
            IReadOnlyList<GroundTruthLayer> layers;
            using (var line = new ProgressLine())
                layers = GroundTruth.Measure(
                    file, text.SelectMany(document => document.Sentences), new(parsed.GetValue(shuffles)), parsed.GetValue(threads),
                    read => line.Show($"{read:N0} of {file.Manifest.Spec.Cells:N0} cells"), cancel);
            if (parsed.GetValue(json)) JsonOutput.Write<IReadOnlyList<TruthLayerView>>([.. layers.Select(TruthLayerView.Of)]);
            else GroundTruthTable.Write(layers);
            return 0;
        }, cancel));
        return command.WithExamples(
            "loci world explain demo.atlas",
            "loci world explain demo.atlas --words 300000 --seed 7 --json");
    }
}
