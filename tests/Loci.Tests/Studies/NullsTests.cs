using CsCheck;
using Loci.BuiltIn;
using Loci.Memory.Numerics;
using Loci.Memory.Recall;
using Loci.Models;
using Loci.Models.Weights;
using Loci.Studies;
using Loci.Studies.Chance;
using Loci.Tests.Models;

namespace Loci.Tests.Studies;

public class NullsTests
{
    /// <summary>
    /// Every matrix is permuted, and none with another: with fast weights, too, where six are stored as one.
    /// </summary>
    [Fact]
    public void Random_weights_are_the_same_weights_elsewhere() =>
        Gen.Select(Gen.Int[0, 10_000], Gen.Bool).Sample((seed, fast) =>
    {
        using var folder = new TemporaryFolder();
        var model = fast ? FastWeightModel.Create(folder, FastWeightModel.Spec(seed), seed) : RandomModel.Create(seed);
        AssertPermuted(model, seed);
    }, iter: 30);

    [Fact]
    public void Every_family_and_built_in_model_has_its_null()
    {
        foreach (string family in Golden.Families) AssertPermuted(Model.Open(Golden.Folder(family)), seed: 3);
        AssertPermuted(BuiltInModels.Open("demo-delta"), seed: 3);
    }

    [Fact]
    public void Sixteen_bit_weights_stay_what_they_were()
    {
        var source = RandomModel.Create(1);
        var spec = source.Spec with { Head = new(Tied: true) };
        foreach (var format in (WeightFormat[])[WeightFormat.BFloat16, WeightFormat.Float16])
        {
            var transformer = new Transformer(
                spec,
                TensorSource.Of(
                    tensor => [.. Enumerable.Range(0, tensor.Count).Select(i => (i % 17 - 8) / 4f)],
                    tensor => tensor.IsMatrix ? format : WeightFormat.Float32));
            var now = Nulls.RandomWeights(new Model("16 bits", transformer, null, "16"), 1).Transformer;
            Assert.Same(now.Embedding.Matrix, now.Head.Output); // tied stays tied
            foreach (var tensor in now.Tensors.Where(tensor => tensor.IsMatrix))
                Assert.Equal(format, now.FormatOf(tensor));
            Assert.Equal(transformer.Embedding.Matrix.Bytes, now.Embedding.Matrix.Bytes);
        }
    }

    private static void AssertPermuted(Model model, int seed)
    {
        var (was, random, again) =
            (model.Transformer, Nulls.RandomWeights(model, seed), Nulls.RandomWeights(model, seed));
        Assert.NotEqual(model.Identity, random.Identity);
        Assert.Equal(random.Identity, again.Identity);
        foreach (var tensor in was.Tensors)
        {
            float[] before = was.Read(tensor), after = random.Transformer.Read(tensor);
            Assert.Equal(after, again.Transformer.Read(tensor));
            Assert.Equal(was.FormatOf(tensor), random.Transformer.FormatOf(tensor));
            Assert.Equal(before.Order(), after.Order());
            if (!Nulls.IsPermuted(tensor)) Assert.Equal(before, after);
            else if (before.Distinct().Count() > 4 && before.Length > 12) Assert.NotEqual(before, after);
        }
        Assert.All(was.Tensors.Where(tensor => tensor.IsMatrix), tensor =>
            Assert.True(Nulls.IsPermuted(tensor), tensor.Name));
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
            Assert.Equal(
                NullSources.Draws,
                nulls.RandomWeights.Select(draw => draw.Model.Identity).Append(built.Source.Model.Identity).Distinct()
                    .Count() - 1);
            foreach (var source in (StudySource[])[nulls.Sample, .. nulls.RandomWeights, nulls.ShuffledText])
            {
                Assert.Equal(25, source.Atlas.Manifest.Sentences);
                Check(source, layer: source.Model.Spec.Layers - 1);
            }
            using var again = NullSources.Build(built.Source, new() { Seed = 4, Threads = 1 }, sentences: 25);
            foreach (var (a, b) in ((StudySource, StudySource)[])[.. nulls.RandomWeights.Zip(again.RandomWeights),
                (nulls.ShuffledText, again.ShuffledText)])
                Assert.Equal(File.ReadAllBytes(a.Atlas.Path), File.ReadAllBytes(b.Atlas.Path));
        }
        Assert.False(Directory.Exists(folder));
    }

    // The strongest trigger of every cell against a scan of all prefixes.
    private static void Check(StudySource source, int layer)
    {
        var spec = source.Model.Spec;
        float[] strongest = new float[spec.Blocks[layer].Cells.Count];
        Prefix[] all = [.. Enumerable.Range(0, source.Text.Prefixes).Select(source.Text.At)];
        PrefixPass.Run(source.Model, source.Text, all, () => (point, l, m, _) =>
        {
            if (point != TapPoint.Coefficients || l != layer) return;
            lock (strongest)
                for (int i = 0; i < m.Length; i++) strongest[i] = Math.Max(strongest[i], m[i]);
        }, new(), "testing");
        for (int i = 0; i < strongest.Length; i++)
        {
            var triggers = source.Atlas.Triggers(new(layer, i, Pole.Positive));
            Assert.Equal(strongest[i], triggers is [var first, ..] ? first.Coefficient : 0);
        }
    }
}
