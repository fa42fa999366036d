using Loci.Memory.FastWeights;
using Loci.Memory.FeatureMaps;
using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Models.Blocks;
using Loci.Torch.Runs;

namespace Loci.Torch.Tests;

public class FirstWeightsTests
{
    [Theory]
    [InlineData("favor-4", 1, true)]
    [InlineData("favor-4", 2, false)]
    [InlineData("elu+1", 1, false)]
    public void First_weights_share_no_stream_with_projections(string map, int mapSeed, bool shared)
    {
        var block = new BlockSpec
        {
            Mixer = new FastWeightSpec
            {
                Rule = UpdateRule.Delta, Map = map, MapSeed = mapSeed, Heads = 1, KeySize = 8, ValueSize = 8,
                Normalization = Normalization.Sum, LearnedStrength = true,
            },
            Cells = new(16, Activation.Relu, Gated: false),
        };
        var spec = new ModelSpec
        {
            Family = "loci", Width = 8, Vocabulary = 16, Context = 32, Norm = NormKind.RmsNorm, NormEpsilon = 1e-5f,
            Blocks = [block], Head = new(Tied: true),
        };
        Assert.Equal(shared ? RandomStream.Seed(1, "first weights") : 1, FirstWeights.Seed(1, spec));
    }
}
