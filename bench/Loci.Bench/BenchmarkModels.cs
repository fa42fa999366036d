using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Models.Blocks;
using Loci.Models.Weights;

namespace Loci.Bench;

/// <summary>The two models the benchmarks run: GPT-2 small with random weights, and stories260K.</summary>
internal static class BenchmarkModels
{
    /// <summary>
    /// 12 layers, width 768, 12 heads, 3072 cells, vocabulary 50257; weights made in memory from a seed.
    /// </summary>
    public static Transformer Gpt2Small()
    {
        var spec = new ModelSpec
        {
            Family = "gpt2", Width = 768, Vocabulary = 50257, Context = 1024, Norm = NormKind.LayerNorm,
            NormEpsilon = 1e-5f,
            Blocks =
            [
                .. Enumerable.Repeat(new BlockSpec
                {
                    Mixer = new SoftmaxSpec
                    {
                        Heads = 12, KeyValueHeads = 12, HeadSize = 64, Scale = 1 / 8f, QueryKeyValueBias = true,
                        OutputBias = true,
                    },
                    Cells = new(3072, Activation.GeluTanh, Gated: false, KeyBias: true, ValueBias: true),
                }, 12),
            ],
            Head = new(Tied: true), LearnedPositions = true,
        };
        return Random(spec, seed: 1);
    }

    /// <summary>The trained model where the shared data is there, else random weights of its shape.</summary>
    public static (Transformer Model, string Name) Stories260K()
    {
        if (BenchmarkData.Find("stories260K") is { } folder) return (Model.Open(folder).Transformer, "stories260K");
        var spec = new ModelSpec
        {
            Family = "llama", Width = 64, Vocabulary = 512, Context = 512, Norm = NormKind.RmsNorm, NormEpsilon = 1e-5f,
            Blocks =
            [
                .. Enumerable.Repeat(new BlockSpec
                {
                    Mixer = new SoftmaxSpec
                    {
                        Heads = 8, KeyValueHeads = 4, HeadSize = 8, Scale = 1 / MathF.Sqrt(8),
                        Rotary = new(8, Interleaved: true, Rotary.Frequencies(10_000, 8)),
                    },
                    Cells = new(172, Activation.Silu, Gated: true),
                }, 5),
            ],
            Head = new(Tied: true),
        };
        return (Random(spec, seed: 2), "the shape of stories260K, random weights");
    }

    private static Transformer Random(ModelSpec spec, int seed)
    {
        var random = RandomStream.Of(seed, "weights");
        return new(spec, TensorSource.Of(tensor => tensor switch
        {
            { Role: TensorRole.Positions } => Numbers(tensor.Count, 0.02f),
            { IsMatrix: true } => Numbers(tensor.Count, 1 / MathF.Sqrt(tensor.Shape[1])),
            { IsBias: true } => Numbers(tensor.Count, 0.1f),
            _ => [.. Numbers(tensor.Count, 0.1f).Select(gain => 1 + gain)],
        }));

        // Uniform, with the deviation asked for.
        float[] Numbers(int count, float deviation)
        {
            float[] numbers = new float[count];
            for (int i = 0; i < count; i++) numbers[i] = (random.NextSingle() * 2 - 1) * 1.732f * deviation;
            return numbers;
        }
    }
}
