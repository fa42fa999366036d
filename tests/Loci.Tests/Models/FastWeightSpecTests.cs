using Loci.Memory.FastWeights;
using Loci.Memory.FeatureMaps;
using Loci.Models;
using Loci.Models.Blocks;

namespace Loci.Tests.Models;

public sealed class FastWeightSpecTests
{
    private static readonly FastWeightSpec s_delta = new()
    {
        Rule = UpdateRule.Delta, Map = "dpfp-1", Normalization = Normalization.Sum,
        Heads = 2, KeySize = 4, ValueSize = 8, LearnedStrength = true,
    };

    [Fact]
    public void SizesFollowFromTheChoices()
    {
        Assert.Equal(8, s_delta.Features);
        Assert.Equal(8 + 8 + 16 + 2, s_delta.ProjectedWidth);
        var gated = s_delta with
        {
            Rule = UpdateRule.GatedDelta, Map = "silu", Normalization = Normalization.L2, OutputGate = true,
        };
        Assert.Equal(4, gated.Features);
        Assert.Equal(8 + 8 + 16 + 16 + 2 + 2, gated.ProjectedWidth);
        Assert.Empty(gated.Check());
    }

    [Fact]
    public void UnsoundCombinationsAreRefusedWithTheReason()
    {
        Refused(s_delta with { Map = "dpfp-4" }, "ν must be 1 to 3");
        Refused(s_delta with { Map = "cosine" }, "no feature map");
        Refused(s_delta with { Map = "silu" }, "negative features");
        Refused(s_delta with { Map = "identity", Normalization = Normalization.None }, "normalised features");
        Refused(s_delta with { Normalization = Normalization.None }, "normalised features");
        Refused(s_delta with { Rule = UpdateRule.Sum }, "strength 1");
        Refused(s_delta with { Rule = UpdateRule.Gated, LearnedStrength = false }, "forgets all");
        Refused(s_delta with { Rule = UpdateRule.NormBounded }, "no chunk form");
        Refused(s_delta with { NormalizationEpsilon = 1e-6f }, "goes with L2");
        Refused(s_delta with { ReadScale = 0 }, "read scale");
        Refused(s_delta with { Convolution = 65 }, "64");
        Refused(s_delta with { Heads = 0 }, "1");
        Refused(s_delta with { Heads = 1 << 28 }, "more than an array");
    }

    [Fact]
    public void TheModelNamesTheLayerAndWhatTheChoiceCosts()
    {
        var llama = Model.Open(Golden.Folder("llama")).Spec;
        var softmax = (SoftmaxSpec)llama.Blocks[0].Mixer;
        var spec = llama.WithMixers(softmax, s_delta);
        Assert.Empty(spec.Check());
        Assert.Equal(spec.Context, spec.MostTokens);
        var elu = s_delta with { Map = "elu+1" };
        Assert.Contains("layer 1", Assert.Single(llama.WithMixers(softmax, elu).Check()));
        Assert.Contains(
            "layer 1",
            Assert.Throws<ArgumentException>(
                () => llama.WithMixers(softmax, s_delta with { Heads = 0 }).Check()).Message);
        Assert.Contains(
            "at least one block", Assert.Throws<ArgumentException>(() => llama.WithMixers().Check()).Message);
        Assert.Contains(
            "layer 0",
            Assert.Throws<ArgumentException>(
                () => llama.WithMixers(softmax with { Heads = 3, KeyValueHeads = 2 }).Check()).Message);
        Assert.Null(llama.WithMixers(s_delta, s_delta).MostTokens);
        Assert.Null(llama.WithMixers(s_delta, softmax with { Window = 8, Rotary = null }).MostTokens);
        Assert.Equal(llama.Context, llama.WithMixers(s_delta, softmax with { Window = 8 }).MostTokens);
    }

    private static void Refused(FastWeightSpec spec, string reason) =>
        Assert.Contains(reason, Assert.ThrowsAny<ArgumentException>(spec.Check).Message);
}
