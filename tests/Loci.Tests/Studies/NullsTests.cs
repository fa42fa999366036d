using CsCheck;
using Loci.Memory.Numerics;
using Loci.Memory.Recall;
using Loci.Models;
using Loci.Studies;
using Loci.Studies.Chance;
using Loci.Tests.Models;

namespace Loci.Tests.Studies;

public class NullsTests
{
    [Fact]
    public void Random_weights_are_the_same_weights_elsewhere() => Gen.Int[0, 10_000].Sample(seed =>
    {
        var model = RandomModel.Create(seed);
        var random = Nulls.RandomWeights(model, seed);
        var (was, now) = (model.Transformer.Weights, random.Transformer.Weights);
        int queries = model.Spec.Heads * model.Spec.HeadSize, kv = model.Spec.KeyValueHeads * model.Spec.HeadSize;
        for (int l = 0; l < model.Spec.Layers; l++)
        {
            var (a, b) = (was.Layers[l], now.Layers[l]);
            foreach (var (from, to) in ((int, int)[])[(0, queries), (queries, queries + kv), (queries + kv, queries + 2 * kv)])
                Assert.Equal(Sorted(a.QueryKeyValue, from, to), Sorted(b.QueryKeyValue, from, to));
            foreach (var (x, y) in ((PackedMatrix?, PackedMatrix?)[])[(a.AttentionOutput, b.AttentionOutput), (a.Keys, b.Keys), (a.GateKeys, b.GateKeys), (a.Values, b.Values)])
            {
                Assert.Equal(x is null, y is null);
                if (x is null) continue;
                Assert.Equal(Sorted(x), Sorted(y!));
                if (x.Inputs * x.Outputs > 20) Assert.NotEqual(Row(x), Row(y!));
            }
            Assert.Equal(a.KeyBias.Order(), b.KeyBias.Order());
            Assert.Same(a.FeedForwardNorm, b.FeedForwardNorm);
            Assert.Same(a.PostFeedForwardNorm, b.PostFeedForwardNorm);
        }
        Assert.Equal(Sorted(was.Embedding), Sorted(now.Embedding));
        Assert.Equal(was.Positions.Order(), now.Positions.Order());
        Assert.NotEqual(model.Identity, random.Identity);
        var again = Nulls.RandomWeights(model, seed);
        Assert.Equal((random.Identity, Row(now.Output)), (again.Identity, Row(again.Transformer.Weights.Output)), (x, y) => x.Item1 == y.Item1 && x.Item2.SequenceEqual(y.Item2));
    }, iter: 20);

    [Fact]
    public void Sixteen_bit_weights_stay_what_they_were()
    {
        var half = new float[] { 1, 2, 0.5f, -3, 6e-8f, 65504 };
        ushort[] bf16 = [.. half.Select(w => (ushort)(BitConverter.SingleToUInt32Bits(w) >> 16))];
        ushort[] f16 = [.. half.Select(w => BitConverter.HalfToUInt16Bits((Half)w))];
        foreach (var matrix in (PackedMatrix[])[PackedMatrix.Pack(bf16, WeightFormat.BFloat16, 3, 2, true), PackedMatrix.Pack(f16, WeightFormat.Float16, 3, 2, true)])
        {
            var source = RandomModel.Create(1);
            var model = new Model("16 bits", new(source.Spec, source.Transformer.Weights with { Embedding = matrix, Output = matrix }), null, "16");
            var now = Nulls.RandomWeights(model, 1).Transformer.Weights;
            Assert.Same(now.Embedding, now.Output); // tied stays tied
            Assert.Equal((matrix.Format, matrix.Bytes), (now.Output.Format, now.Output.Bytes));
            Assert.Equal(Sorted(matrix), Sorted(now.Output));
        }
    }

    [Fact]
    public void A_shuffled_text_keeps_tokens_and_lengths() => Gen.Int[1, 9].Array[1, 30].Sample(lengths =>
    {
        int token = 0;
        var text = StudyText.Of(lengths.Select(n => Enumerable.Range(0, n).Select(_ => token++).ToArray()));
        var shuffled = Nulls.ShuffledText(text, 5);
        Assert.Equal(lengths, Enumerable.Range(0, shuffled.Count).Select(s => shuffled[s].Length));
        Assert.Equal(text.Tokens.ToArray(), shuffled.Tokens.ToArray().Order());
        if (text.Prefixes > 20) Assert.NotEqual(text.Tokens.ToArray(), shuffled.Tokens.ToArray());
        Assert.Equal(shuffled.Tokens.ToArray(), Nulls.ShuffledText(text, 5).Tokens.ToArray());
    });

    [Fact]
    public void Null_sources_are_sources_whose_triggers_are_what_the_model_computes()
    {
        using var built = StudyCase.Random(8, sentences: 40, top: 10);
        string folder;
        using (var nulls = NullSources.Build(built.Source, new() { Seed = 4, Threads = 3 }, sentences: 25))
        {
            folder = Path.GetDirectoryName(nulls.Sample.Atlas.Path)!;
            Assert.Equal(25, nulls.Sentences);
            Assert.Equal(NullSources.Draws, nulls.RandomWeights.Select(draw => draw.Model.Identity).Append(built.Source.Model.Identity).Distinct().Count() - 1);
            foreach (var source in (StudySource[])[nulls.Sample, .. nulls.RandomWeights, nulls.ShuffledText])
            {
                Assert.Equal(25, source.Atlas.Manifest.Sentences);
                Check(source, layer: source.Model.Spec.Layers - 1);
            }
            using var again = NullSources.Build(built.Source, new() { Seed = 4, Threads = 1 }, sentences: 25);
            foreach (var (a, b) in ((StudySource, StudySource)[])[.. nulls.RandomWeights.Zip(again.RandomWeights), (nulls.ShuffledText, again.ShuffledText)])
                Assert.Equal(File.ReadAllBytes(a.Atlas.Path), File.ReadAllBytes(b.Atlas.Path));
        }
        Assert.False(Directory.Exists(folder));
    }

    // The strongest trigger of every cell against a scan of all prefixes.
    private static void Check(StudySource source, int layer)
    {
        var spec = source.Model.Spec;
        float[] strongest = new float[spec.Cells];
        Prefix[] all = [.. Enumerable.Range(0, source.Text.Prefixes).Select(source.Text.At)];
        PrefixPass.Run(source.Model, source.Text, all, () => (point, l, m, _) =>
        {
            if (point != TapPoint.Coefficients || l != layer) return;
            lock (strongest)
                for (int i = 0; i < m.Length; i++) strongest[i] = Math.Max(strongest[i], m[i]);
        }, new(), "testing");
        for (int i = 0; i < spec.Cells; i++)
        {
            var triggers = source.Atlas.Triggers(new(layer, i, Pole.Positive));
            Assert.Equal(strongest[i], triggers is [var first, ..] ? first.Coefficient : 0);
        }
    }

    private static float[] Row(PackedMatrix matrix) => Sorted(matrix, 0, matrix.Outputs, sort: false);

    private static float[] Sorted(PackedMatrix matrix) => Sorted(matrix, 0, matrix.Outputs);

    private static float[] Sorted(PackedMatrix matrix, int from, int to, bool sort = true)
    {
        float[] all = new float[(to - from) * matrix.Inputs];
        for (int o = from; o < to; o++) matrix.CopyOutput(o, all.AsSpan((o - from) * matrix.Inputs, matrix.Inputs));
        if (sort) Array.Sort(all);
        return all;
    }
}
