using Loci.Checkpoints;
using Loci.Memory.FastWeights;
using Loci.Memory.FeatureMaps;
using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Models.Blocks;

namespace Loci.Tests.Models;

/// <summary>
/// Small models of random geometry and weights in Loci's own layout, with fast-weight layers of every kind and hybrids.
/// </summary>
internal static class FastWeightModel
{
    private static readonly (UpdateRule Rule, string Map, Normalization Normalization)[] s_memories =
    [
        (UpdateRule.Delta, "dpfp-1", Normalization.Sum), (UpdateRule.Delta, "silu", Normalization.L2),
        (UpdateRule.Delta, "favor-4", Normalization.L2),
        (UpdateRule.Sum, "relu", Normalization.Sum), (UpdateRule.NormalizedSum, "elu+1", Normalization.None),
        (UpdateRule.NormalizedDelta, "dpfp-2", Normalization.None), (UpdateRule.Gated, "elu+1", Normalization.Sum),
        (UpdateRule.GatedDelta, "tanh", Normalization.L2),
    ];

    /// <summary>A spec; unbounded ones have no positions, and softmax layers with windows alone.</summary>
    public static ModelSpec Spec(int seed, bool unbounded = false)
    {
        var random = new Random(seed);
        int layers = random.Next(1, 4), width = random.Next(8, 30), headSize = 2 * random.Next(2, 5);
        FastWeightSpec?[] fast =
        [
            .. Enumerable.Range(0, layers).Select(l => l > 0 && random.Next(3) == 0 ? null : Layer(random)),
        ];
        bool softmax = fast.Contains(null), rotary = softmax && !unbounded && random.Next(2) == 0;
        var norm = (NormKind)random.Next(2);
        int cells = random.Next(4, 50);
        int[] windows = [.. fast.Select(f => f is null ? unbounded ? 9 : random.Next(2) * 9 : 0)];
        var turned = rotary
            ? new RotarySpec(headSize, random.Next(2) == 0, Rotary.Frequencies(10_000, headSize))
            : null;
        bool positions = !rotary && !unbounded && random.Next(2) == 0;
        var memory = new CellsSpec(cells, (Activation)random.Next(5), random.Next(2) == 0);
        bool parallel = random.Next(3) == 0, sandwich = random.Next(3) == 0, normed = softmax && random.Next(2) == 0;
        return new()
        {
            Family = "loci", Width = width, Vocabulary = 40, Context = 256, Norm = norm, NormEpsilon = 1e-5f,
            Blocks =
            [
                .. fast.Select((f, l) => new BlockSpec
                {
                    Mixer = (MixerSpec?)f ?? new SoftmaxSpec
                    {
                        Heads = 4, KeyValueHeads = 2, HeadSize = headSize, Scale = 1f / MathF.Sqrt(headSize),
                            Window = windows[l], Rotary = turned,
                        QueryKeyNorms = normed,
                    },
                    Cells = memory, Parallel = parallel, SandwichNorms = sandwich,
                }),
            ],
            Head = new(random.Next(2) == 0), LearnedPositions = positions, BeginOfSequence = 1, EndOfSequence = [2],
            EmbeddingScale = 1 + random.Next(3),
        };
    }

    /// <summary>A spec with other mixers in its blocks; as many as there are.</summary>
    public static ModelSpec WithMixers(this ModelSpec spec, params MixerSpec[] mixers) =>
        spec with { Blocks = [.. mixers.Select(mixer => spec.Blocks[0] with { Mixer = mixer })] };

    /// <summary>Writes a checkpoint of random weights into a folder.</summary>
    public static Model Create(TemporaryFolder folder, ModelSpec spec, int seed)
    {
        var random = new Random(seed);
        File.WriteAllBytes(folder["config.json"], LociFormat.Config(spec));
        var tensors = Transformer.TensorsOf(spec);
        using (
            var writer = new SafetensorsWriter(
                folder["model.safetensors"], tensors.Select(t => new TensorInfo(t.Name, TensorType.Float32, t.Shape))))
        {
            foreach (var tensor in tensors)
            {
                bool gain = tensor.Shape.Length == 1 && tensor.Name.EndsWith("norm.weight", StringComparison.Ordinal);
                double spread = tensor.Shape.Length == 1 ? 0.2 : 2 / Math.Sqrt(tensor.Shape[^1]);
                writer.Append(
                    tensor.Name,
                    [
                        .. Enumerable.Range(0, tensor.Count)
                            .Select(_ => (float)((gain ? 1 : 0) + spread * (random.NextDouble() - 0.5))),
                    ]);
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
            Rule = rule, Map = map, MapSeed = random.Next(100), Normalization = normalization,
                Heads = random.Next(1, 4), KeySize = random.Next(4, 10),
            ValueSize = random.Next(3, 12), LearnedStrength = rule.LearnsStrength,
            Convolution = random.Next(2) * random.Next(1, 5),
            NormalizationEpsilon = normalization == Normalization.L2 ? 1e-6f : 0, SiluValues = random.Next(2) == 0,
            ReadScale = 0.5f,
            OutputNorm = random.Next(2) == 0, OutputGate = random.Next(2) == 0,
        };
    }
}
