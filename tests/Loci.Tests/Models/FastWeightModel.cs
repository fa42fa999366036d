using Loci.Memory.FastWeights;
using Loci.Memory.FeatureMaps;
using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Checkpoints;

namespace Loci.Tests.Models;

/// <summary>Small models of random geometry and weights in Loci's own layout, with fast-weight layers of every kind and hybrids.</summary>
internal static class FastWeightModel
{
    private static readonly (UpdateRule Rule, string Map, Normalization Normalization)[] s_memories =
    [
        (UpdateRule.Delta, "dpfp-1", Normalization.Sum), (UpdateRule.Delta, "silu", Normalization.L2), (UpdateRule.Delta, "favor-4", Normalization.L2),
        (UpdateRule.Sum, "relu", Normalization.Sum), (UpdateRule.NormalizedSum, "elu+1", Normalization.None),
        (UpdateRule.NormalizedDelta, "dpfp-2", Normalization.None), (UpdateRule.Gated, "elu+1", Normalization.Sum),
        (UpdateRule.GatedDelta, "tanh", Normalization.L2),
    ];

    /// <summary>A spec; unbounded ones have no positions, and softmax layers with windows alone.</summary>
    public static ModelSpec Spec(int seed, bool unbounded = false)
    {
        var random = new Random(seed);
        int layers = random.Next(1, 4), width = random.Next(8, 30), headSize = 2 * random.Next(2, 5);
        FastWeightSpec?[] fast = [.. Enumerable.Range(0, layers).Select(l => l > 0 && random.Next(3) == 0 ? null : Layer(random))];
        bool softmax = fast.Contains(null), rotary = softmax && !unbounded && random.Next(2) == 0;
        var spec = new ModelSpec
        {
            Family = "loci", Layers = layers, Width = width, Cells = random.Next(4, 50), Vocabulary = 40, Context = 256,
            Norm = (NormKind)random.Next(2), NormEpsilon = 1e-5f,
            Heads = softmax ? 4 : fast[0]!.Heads, KeyValueHeads = softmax ? 2 : fast[0]!.Heads, HeadSize = softmax ? headSize : fast[0]!.KeySize,
            AttentionScale = [], AttentionWindow = [.. fast.Select(f => f is null ? unbounded ? 9 : random.Next(2) * 9 : 0)],
            FastWeights = fast, Rotary = rotary ? new(headSize, random.Next(2) == 0, Rotary.Frequencies(10_000, headSize)) : null,
            LearnedPositions = !rotary && !unbounded && random.Next(2) == 0, Activation = (Activation)random.Next(5), Gated = random.Next(2) == 0,
            ParallelResidual = random.Next(3) == 0, SandwichNorms = random.Next(3) == 0, QueryKeyNorms = softmax && random.Next(2) == 0,
            TiedOutput = random.Next(2) == 0, BeginOfSequence = 1, EndOfSequence = [2], EmbeddingScale = 1 + random.Next(3),
        };
        return spec with { AttentionScale = [.. Enumerable.Repeat(1f / MathF.Sqrt(spec.HeadSize), layers)] };
    }

    /// <summary>Writes a checkpoint of random weights into a folder.</summary>
    public static Model Create(TemporaryFolder folder, ModelSpec spec, int seed)
    {
        var random = new Random(seed);
        File.WriteAllBytes(folder["config.json"], LociFormat.Config(spec));
        var tensors = LociFormat.Tensors(spec);
        using (var writer = new SafetensorsWriter(folder["model.safetensors"], tensors.Select(t => new TensorInfo(t.Name, TensorType.Float32, [.. t.Shape]))))
        {
            foreach (var (name, shape) in tensors)
            {
                bool gain = shape.Length == 1 && name.EndsWith("norm.weight", StringComparison.Ordinal);
                double spread = shape.Length == 1 ? 0.2 : 2 / Math.Sqrt(shape[^1]);
                long count = shape.Aggregate(1L, (a, b) => a * b);
                writer.Append(name, [.. Enumerable.Range(0, (int)count).Select(_ => (float)((gain ? 1 : 0) + spread * (random.NextDouble() - 0.5)))]);
            }
            writer.Complete();
        }
        return Model.Open(folder.Path);
    }

    public static int[] Tokens(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(3, 40))];
    }

    private static FastWeightSpec Layer(Random random)
    {
        var (rule, map, normalization) = s_memories[random.Next(s_memories.Length)];
        return new()
        {
            Rule = rule, Map = map, MapSeed = random.Next(100), Normalization = normalization, Heads = random.Next(1, 4), KeySize = random.Next(4, 10),
            ValueSize = random.Next(3, 12), LearnedStrength = rule.LearnsStrength, Convolution = random.Next(2) * random.Next(1, 5),
            NormalizationEpsilon = normalization == Normalization.L2 ? 1e-6f : 0, SiluValues = random.Next(2) == 0, ReadScale = 0.5f,
            OutputNorm = random.Next(2) == 0, OutputGate = random.Next(2) == 0,
        };
    }
}
