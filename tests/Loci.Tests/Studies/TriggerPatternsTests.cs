using Loci.Models.Constructed;
using Loci.Studies;

namespace Loci.Tests.Studies;

public class TriggerPatternsTests(ITestOutputHelper output)
{
    [Fact]
    public void Phrases_are_shallow_topics_semantic_and_their_patterns_are_found()
    {
        using var atlas = AtlasOfSentences.Constructed();
        var result = TriggerPatterns.Run(atlas.Source, new() { KeysPerLayer = int.MaxValue }, new());
        var known = ConstructedModel.Instance.Cells.ToDictionary(cell => cell.Cell);
        foreach (var cell in result.Cells)
        {
            var built = known[cell.Cell];
            output.WriteLine($"{built.Kind} {built.Describe(atlas.Source.Model.Tokenizer!)} {cell}");
            foreach (var p in cell.Patterns) output.WriteLine("     " + p);
        }
        foreach (var layer in result.Layers) output.WriteLine($"{layer}");
    }

    [Fact]
    public void Scratch()
    {
        var model = Loci.Models.Model.Open(SharedData.Require("stories260K"));
        string path = Environment.GetEnvironmentVariable("S_ATLAS")!;
        using var atlas = Loci.Atlas.AtlasFile.Open(path);
        var w = System.Diagnostics.Stopwatch.StartNew();
        var source = StudySource.Open(model, atlas, Loci.Text.Corpus.Open([SharedData.Require("tinystories", "tinystories.txt")]), new());
        output.WriteLine($"{source.Text.Count} sentences {source.Text.Prefixes} prefixes, read {w.Elapsed}");
        w.Restart();
        var m = MinimalTrigger.Run(source, new(), new() { Threads = 2 });
        output.WriteLine($"minimal {w.Elapsed}");
        foreach (var l in m.Layers) output.WriteLine($"{l}");
        w.Restart();
        var r = TokenRemoval.Run(source, new(), new() { Threads = 2 });
        output.WriteLine($"removal {w.Elapsed} {r.OneToken}");
        foreach (var l in r.Layers) output.WriteLine($"{l}");
        w.Restart();
        var t = TriggerPatterns.Run(source, new(), new() { Threads = 2 });
        output.WriteLine($"patterns {w.Elapsed}");
        foreach (var l in t.Layers) output.WriteLine($"{l}");
        foreach (var c in t.Cells.Where((_, i) => i % 40 == 0))
        {
            output.WriteLine($"{c}");
            foreach (var p in c.Patterns) output.WriteLine("     " + p);
        }
    }
}
