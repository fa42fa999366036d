using CsCheck;
using Loci.Models.Constructed;
using Loci.Studies;
using Loci.Studies.Removal;

namespace Loci.Tests.Studies;

public class MinimalTriggerTests
{
    [Fact]
    public void A_set_phrase_is_its_own_minimal_trigger()
    {
        using var atlas = AtlasOfSentences.Constructed(500);
        var result = MinimalTrigger.Run(atlas.Source, new() { KeysPerLayer = int.MaxValue, Triggers = 3 }, new());
        var known = ConstructedModel.Instance.Cells.ToDictionary(cell => cell.Cell);
        Assert.All(result.Rows, row =>
        {
            var cell = known[row.Cell];
            if (cell.Kind == PatternKind.Suffix) Assert.Equal(cell.Pattern.Count, row.Length);
            else Assert.InRange(row.Kept, 0.9f * row.Coefficient, 1.2f * row.Coefficient);
        });
        Assert.Equal(known.Values.Count(cell => cell.Kind != PatternKind.Dead),
            result.Rows.DistinctBy(row => row.Cell).Count());

        var layer = result.Layers[0];
        var first = result.Rows.Where(row => row.Cell.Layer == 0).ToArray();
        Assert.Equal(first.GroupBy(row => row.Cell).Average(cell => cell.Average(row => row.Length)),
            layer.Length.Value, 1e-12);
        Assert.Equal(1, layer.One.Value + layer.Two.Value, 1e-12);
        Assert.Equal(0, layer.More.Value);
        Assert.Equal(1, layer.Median);
    }

    [Fact]
    public void Lengths_are_those_of_suffixes_run_one_by_one() => Gen.Int[0, 100_000].Sample(seed =>
    {
        using var atlas = AtlasOfSentences.Random(seed);
        var (model, text) = (atlas.Source.Model, atlas.Source.Text);
        double keep = 0.5 + new Random(seed).Next(6) * 0.1;
        var result = MinimalTrigger.Run(atlas.Source, new() { KeysPerLayer = 4, Triggers = 2, Keep = keep },
            new() { Seed = seed, Threads = 2 });
        foreach (var row in result.Rows)
        {
            int[] prefix = text.TokensOf(new(row.Sentence, row.Position)).ToArray();
            Assert.Equal(row.Coefficient, AtlasOfSentences.Alone(model, prefix, row.Cell));
            int expected = Enumerable.Range(1, prefix.Length).First(n =>
                AtlasOfSentences.Alone(model, prefix.AsSpan(prefix.Length - n), row.Cell)
                / (double)row.Coefficient >= keep);
            Assert.Equal(expected, row.Length);
            Assert.Equal(AtlasOfSentences.Alone(model, prefix.AsSpan(prefix.Length - expected), row.Cell), row.Kept);
        }
    }, iter: 12, threads: 1);

    [Fact]
    public void The_seed_alone_decides()
    {
        using var atlas = AtlasOfSentences.Constructed(200);
        var parameters = new MinimalTriggerParameters { KeysPerLayer = 5 };
        var one = MinimalTrigger.Run(atlas.Source, parameters, new() { Seed = 4, Threads = 1 });
        var three = MinimalTrigger.Run(atlas.Source, parameters, new() { Seed = 4, Threads = 3 });
        Assert.Equal(one.Rows, three.Rows);
        Assert.Equal(one.Layers, three.Layers);
        Assert.NotEqual(one.Rows.Select(row => row.Cell),
            MinimalTrigger.Run(atlas.Source, parameters, new() { Seed = 5 }).Rows.Select(row => row.Cell));
        Assert.Equal(5, one.Layers[0].Cells);
    }

    [Fact]
    public void A_stopped_study_ends()
    {
        using var atlas = AtlasOfSentences.Constructed(50);
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            MinimalTrigger.Run(atlas.Source, new(),
                new() { Cancellation = stop.Token,
                    Progress = new ImmediateProgress<StudyProgress>(_ => stop.Cancel()) }));
    }
}
