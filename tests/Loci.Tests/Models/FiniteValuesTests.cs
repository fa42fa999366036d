using CsCheck;
using Loci.Models;
using Loci.Models.Generation;
using Loci.Tracing;

namespace Loci.Tests.Models;

/// <summary>
/// A model that computes no numbers is told by the layer that begins it, and nothing is drawn or kept from it.
/// </summary>
public sealed class FiniteValuesTests : IDisposable
{
    private static readonly float[] s_kinds =
    [
        float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue,
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_value_that_is_no_number_is_found() =>
        Gen.Select(Gen.Int[1, 100], Gen.Int[0, 1000], Gen.Int[0, 3].Select(kind => s_kinds[kind]))
            .Sample((count, at, value) =>
        {
            float[] values = new float[count];
            values[at % count] = value;
            Assert.Equal(float.IsFinite(value) ? -1 : at % count, FiniteValues.IndexOfOther(values));
        }, iter: 2000, seed: "0000KOIXPhL4");

    [Theory]
    [InlineData("model.embed_tokens.weight", "NaN from layer 0 on: the embedding of token 7")]
    [InlineData("model.layers.0.mlp.down_proj.weight", "NaN from layer 0 on, at token 7 of position 0")]
    [InlineData("lm_head.weight", "NaN from its output on")]
    public void The_error_says_where_it_begins(string tensor, string says)
    {
        var tiny = new TinyLlama();
        Array.Fill(tiny.Tensors[tensor].Values, float.NaN);
        tiny.Write(_folder, TinyLlama.Tokenizer());
        var model = Model.Open(_folder.Path);
        var session = new Session(model.Transformer);
        string made = Assert.Throws<LociException>(() =>
        {
            session.Read([7]);
            return session.Generate(Sampler.Greedy, 3, []).ToList();
        }).Message;
        Assert.Contains(says, made);
        Assert.Contains(says, Assert.Throws<LociException>(() => PromptRun.Of(model.Transformer, [7])).Message);
    }

    [Theory]
    [InlineData(float.NaN), InlineData(float.PositiveInfinity), InlineData(float.NegativeInfinity)]
    public void A_sampler_takes_numbers_alone(float value)
    {
        float[] logits = [1, value, 2];
        foreach (var sampler in (Sampler[])[Sampler.Greedy, Sampler.AtTemperature(1, 1),
            Sampler.AtTemperature(1, 1, topK: 2), Sampler.AtTemperature(1, 1, topP: 0.5f)])
            Assert.Contains("the logit of token 1", Assert.Throws<LociException>(() => sampler.Choose(logits)).Message);
    }
}
