using Loci.Atlas;
using Loci.Atlas.Building;
using Loci.Models;
using Loci.Tests.Models;
using Loci.Tokenizers;
using Loci.Tracing;

namespace Loci.Tests.Atlas.Building;

/// <summary>A mixture of experts in an atlas: its cells are numbered through the experts.</summary>
public class ExpertAtlasTests
{
    [Theory, InlineData("mixtral"), InlineData("qwen2-moe"), InlineData("granitemoe")]
    public void Cells_have_seen_the_prefixes_that_were_routed_to_them(string family)
    {
        using var folder = new TemporaryFolder();
        var transformer = Model.Open(Golden.Folder(family)).Transformer;
        int vocabulary = transformer.Spec.Vocabulary;
        var tokenizer = WordLevelTokenizer.Create(
            [.. Enumerable.Range(0, vocabulary).Select(i => i == 0 ? "<unk>" : $"w{i}")], "<unk>", null);
        using var model = new Model(family, transformer, tokenizer, family, family);
        var random = new Random(4);
        int[][] sentences =
        [
            .. Enumerable.Range(0, 40).Select(_ =>
                Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.Next(vocabulary)).ToArray()),
        ];
        TokenAtlas.Build(model, sentences, "random", new() { Top = 5, ValueTokens = 3 }, folder["a.atlas"]);
        using var atlas = AtlasFile.Open(folder["a.atlas"]);

        long[][] seen = Routed(transformer, sentences);
        Assert.Equal(transformer.Spec.ExpertsPerLayer, atlas.Manifest.Spec.ExpertsPerLayer);
        for (int l = 0; l < transformer.Spec.Layers; l++)
        {
            var cells = transformer.Spec.Blocks[l].Cells;
            for (int i = 0; i < cells.Count; i++)
            {
                var cell = atlas.Cell(new(l, i));
                long expected = transformer.Blocks[l].Cells.Router is { } router
                    ? seen[l][Math.Min(i / router.ExpertCells, router.Groups - 1)]
                    : sentences.Sum(sentence => (long)sentence.Length);
                Assert.Equal(expected, cell.Statistics.Count);
                Assert.Equal(expected, cell.Histogram.Sum());
                Assert.InRange(cell.Statistics.FiringRate(Memory.Recall.Pole.Positive), 0, 1);
            }
        }
    }

    // How many prefixes each group of cells is read by. [layers][groups]
    private static long[][] Routed(Transformer transformer, int[][] sentences)
    {
        int width = transformer.Spec.Width;
        long[][] counts = [.. transformer.Blocks.Select(block => new long[block.Cells.Router?.Groups ?? 0])];
        var pass = new Recording(
            [.. Enumerable.Range(0, transformer.Spec.Layers).Select(l => new TapName(TapPoint.FeedForwardInput, l))]);
        foreach (int[] sentence in sentences)
        {
            pass.Run(transformer, Batch.Of(sentence));
            for (int l = 0; l < counts.Length; l++)
            {
                if (transformer.Blocks[l].Cells.Router is not { } router) continue;
                float[] weights = new float[sentence.Length * router.Groups];
                router.Weigh(pass[TapPoint.FeedForwardInput, l].AsSpan(0, sentence.Length * width), sentence.Length,
                    weights);
                for (int i = 0; i < weights.Length; i++) counts[l][i % router.Groups] += weights[i] > 0 ? 1 : 0;
            }
        }
        return counts;
    }
}
