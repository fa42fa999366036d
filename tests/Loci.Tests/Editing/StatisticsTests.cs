using Loci.Atlas;
using Loci.Atlas.Building;
using Loci.Editing;
using Loci.Models;
using Loci.Tests.Models;
using Loci.Text;

namespace Loci.Tests.Editing;

/// <summary>Statistics of keys: against sums by hand, and the same bits whatever way they were gathered.</summary>
public class StatisticsTests
{
    private static readonly AtlasOptions s_lines = new() { Unit = SentenceUnit.Line };

    [Theory, InlineData(1), InlineData(2), InlineData(7)]
    public void Second_moments_are_those_of_the_coefficients(int seed)
    {
        using var folder = new TemporaryFolder();
        var (model, corpus) = Case(folder, seed);
        var statistics = new KeyStatisticsBuilder(model, corpus, [0], s_lines).Build(folder["s"]);
        int cells = model.Spec.Blocks[0].Cells.Count;
        double[] sum = new double[cells * cells];
        long tokens = 0;
        foreach (string line in File.ReadLines(folder["corpus.txt"]))
        {
            int[] ids = [.. model.Encode(line).Take(model.Spec.Context)];
            model.Transformer.Forward(Batch.Of(ids), new(model.Spec), (point, layer, m, _) =>
            {
                if (point != TapPoint.Coefficients || layer != 0) return;
                for (int t = model.BeginOfSequence is null ? 0 : 1; t < ids.Length; t++, tokens++)
                    for (int i = 0; i < cells; i++)
                        for (int j = 0; j < cells; j++) sum[i * cells + j] += (double)m[t * cells + i] * m[t * cells
                            + j];
            });
        }
        double[] mean = statistics.Moments(0).Mean();
        Assert.Equal(tokens, statistics.Readouts[0].Tokens);
        double size = sum.Max(Math.Abs) / tokens;
        // Keys are rounded to 2⁻¹² of their typical size, and the errors of tokens average out.
        for (int i = 0; i < sum.Length; i++) Assert.Equal(sum[i] / tokens, mean[i], 1e-3 * size);
    }

    [Fact]
    public void Threads_parts_and_interruptions_change_no_bit()
    {
        using var folder = new TemporaryFolder();
        var (model, corpus) = Case(folder, 3);
        int[] layers = [.. Enumerable.Range(0, model.Spec.Layers)];
        var whole = Build(null, "whole", 1);
        Build(null, "threads", 2);
        Assert.Equal(File.ReadAllBytes(folder["whole"]), File.ReadAllBytes(folder["threads"]));

        KeyStatistics[] parts = [.. Enumerable.Range(1, 3).Select(part => Build(new(part, 3), $"part {part}", 1))];
        KeyStatistics.Merge([parts[2], parts[0], parts[1]]).Save(folder["merged"]);
        Assert.Equal(File.ReadAllBytes(folder["whole"]), File.ReadAllBytes(folder["merged"]));
        Assert.Contains("no part 2", Assert.Throws<LociException>(() => KeyStatistics.Merge(parts[..1])).Message);
        Assert.Contains("merge the parts",
            Assert.Throws<LociException>(() => parts[0].Require(model, [0])).Message);

        // What a killed build leaves: some sentences, and where to go on.
        var half = new KeyStatisticsBuilder(model, corpus, layers, s_lines with { MaxSentences = 150 });
        half.Build(folder["half"]);
        var begun = KeyStatistics.Load(folder["half"]);
        StatisticsFile.Write(
            folder["resumed.checkpoint"],
            new(whole.Identity, layers, [.. layers.Select(begun.Moments)]), next: 150);
        Build(null, "resumed", 2);
        Assert.Equal(File.ReadAllBytes(folder["whole"]), File.ReadAllBytes(folder["resumed"]));
        Assert.False(File.Exists(folder["resumed.checkpoint"]));

        KeyStatistics Build(AtlasPart? part, string name, int threads)
        {
            new KeyStatisticsBuilder(model, corpus, layers, s_lines with { Part = part })
                .Build(folder[name], new(threads));
            return KeyStatistics.Load(folder[name]);
        }
    }

    [Fact]
    public void Other_models_other_layers_and_damage_are_refused()
    {
        using var folder = new TemporaryFolder();
        var (model, corpus) = Case(folder, 4);
        var statistics = new KeyStatisticsBuilder(model, corpus, [0], s_lines).Build(folder["s"]);
        Assert.Contains("another model",
            Assert.Throws<LociException>(() => statistics.Require(RandomModel.Create(5), [0])).Message);
        Assert.Contains("no layer 9", Assert.Throws<LociException>(() => statistics.Require(model, [9])).Message);
        byte[] bytes = File.ReadAllBytes(folder["s"]);
        for (int at = 0; at < bytes.Length; at += 1 + bytes.Length / 50)
        {
            byte[] damaged = [.. bytes];
            damaged[at] ^= 4;
            Assert.ThrowsAny<LociException>(() => KeyStatistics.Load(folder.Write("d", damaged)));
            Assert.ThrowsAny<LociException>(() => KeyStatistics.Load(folder.Write("d", bytes[..at])));
        }
    }

    private static (Model Model, Corpus Corpus) Case(TemporaryFolder folder, int seed)
    {
        File.WriteAllLines(folder["corpus.txt"], RandomModel.Sentences(seed, 300));
        return (RandomModel.Create(seed), Corpus.Open([folder["corpus.txt"]]));
    }
}
