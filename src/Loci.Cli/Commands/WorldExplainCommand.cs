using System.CommandLine;
using Loci.Memory.Recall;
using Loci.Studies.Truth;
using Loci.Worlds;

namespace Loci.Cli.Commands;

/// <summary><c>loci world explain</c>: what fires the cells of an atlas, measured against the truth of the world's text.</summary>
internal static class WorldExplainCommand
{
    private static readonly ExplainedBy[] s_verdicts = Enum.GetValues<ExplainedBy>();

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
            if (parsed.GetValue(json)) WriteJson(layers);
            else GroundTruthTable.Write(layers);
            return 0;
        }, cancel));
        return command.WithExamples(
            "loci world explain demo.atlas",
            "loci world explain demo.atlas --words 300000 --seed 7 --json");
    }

    private static void WriteJson(IReadOnlyList<GroundTruthLayer> layers) => JsonOutput.Write(writer =>
    {
        writer.WriteStartArray();
        foreach (var layer in layers)
        {
            writer.WriteStartObject();
            writer.WriteNumber("layer", layer.Layer);
            writer.WriteString("pole", layer.Pole == Pole.Positive ? "positive" : "negative");
            writer.WriteNumber("cells", layer.Cells);
            writer.WriteNumber("tested", layer.Explained.Count);
            writer.WriteNumber("topic_purity", layer.Mean(cell => cell.TopicPurity));
            writer.WriteStartArray("suffix_purity");
            for (int length = 0; length < 4; length++)
            {
                int at = length;
                writer.WriteNumberValue(layer.Mean(cell => cell.SuffixPurity[at]));
            }
            writer.WriteEndArray();
            writer.WriteNumber("topic_information", layer.Mean(cell => cell.Topic.Information));
            writer.WriteNumber("topic_information_by_chance", layer.Mean(cell => cell.Topic.ByChance));
            writer.WriteNumber("suffix_information", layer.Mean(cell => cell.Suffix.Information));
            writer.WriteNumber("suffix_information_by_chance", layer.Mean(cell => cell.Suffix.ByChance));
            foreach (var (name, level) in new[] { ("at_95", 0.05), ("at_99", 0.01) })
            {
                writer.WriteStartObject(name);
                foreach (var verdict in s_verdicts) writer.WriteNumber(verdict.ToString().ToLowerInvariant(), layer.Share(verdict, level));
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    });
}
