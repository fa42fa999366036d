using Loci.Memory.FeatureMaps;
using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Models.Blocks;

namespace Loci.Torch.Runs;

/// <summary>From which seed a network's first weights are drawn.</summary>
public static class FirstWeights
{
    /// <summary>
    /// The training's own seed. But where FAVOR+ draws its projections from that very seed (map_seed), the first
    /// weights would be copies of them: then it is a stream of its own.
    /// </summary>
    /// <param name="seed">The training's seed.</param>
    /// <param name="spec">The network.</param>
    public static int Seed(int seed, ModelSpec spec) =>
        spec.Blocks.Any(block =>
            block.Mixer is FastWeightSpec fast && fast.MapSeed == seed && fast.CreateMap() is Favor)
            ? RandomStream.Seed(seed, "first weights")
            : seed;
}
