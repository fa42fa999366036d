using Loci.Memory.Numerics;
using Loci.Models;

namespace Loci.Bench;

/// <summary>The two models the benchmarks run: GPT-2 small with random weights, and stories260K.</summary>
internal static class BenchmarkModels
{
    /// <summary>12 layers, width 768, 12 heads, 3072 cells, vocabulary 50257; weights made in memory from a seed.</summary>
    public static Transformer Gpt2Small()
    {
        var spec = new ModelSpec
        {
            Family = "gpt2", Layers = 12, Width = 768, Cells = 3072, Vocabulary = 50257, Context = 1024,
            Norm = NormKind.LayerNorm, NormEpsilon = 1e-5f,
            Heads = 12, KeyValueHeads = 12, HeadSize = 64,
            AttentionScale = [.. Enumerable.Repeat(1 / 8f, 12)], AttentionWindow = new int[12],
            LearnedPositions = true, Activation = Activation.GeluTanh, Gated = false, TiedOutput = true,
        };
        return Random(spec, seed: 1);
    }

    /// <summary>The trained model where the shared data is there, else random weights of its shape.</summary>
    public static (Transformer Model, string Name) Stories260K()
    {
        if (BenchmarkData.Find("stories260K") is { } folder) return (Model.Open(folder).Transformer, "stories260K");
        var spec = new ModelSpec
        {
            Family = "llama", Layers = 5, Width = 64, Cells = 172, Vocabulary = 512, Context = 512,
            Norm = NormKind.RmsNorm, NormEpsilon = 1e-5f,
            Heads = 8, KeyValueHeads = 4, HeadSize = 8,
            AttentionScale = [.. Enumerable.Repeat(1 / MathF.Sqrt(8), 5)], AttentionWindow = new int[5],
            Rotary = new(8, Interleaved: true, Rotary.Frequencies(10_000, 8)),
            Activation = Activation.Silu, Gated = true, TiedOutput = true,
        };
        return (Random(spec, seed: 2), "the shape of stories260K, random weights");
    }

    private static Transformer Random(ModelSpec spec, int seed)
    {
        var random = new Random(seed);
        bool biased = spec.Norm == NormKind.LayerNorm;
        int mixed = spec.Heads * spec.HeadSize;
        var embedding = Matrix(spec.Width, spec.Vocabulary);
        return new(spec, new()
        {
            Embedding = embedding,
            Output = embedding,
            Positions = spec.LearnedPositions ? Numbers(spec.Context * spec.Width, 0.02f) : [],
            FinalNorm = Norm(),
            Layers = [.. Enumerable.Range(0, spec.Layers).Select(_ => new LayerWeights
            {
                AttentionNorm = Norm(),
                QueryKeyValue = Matrix(spec.Width, spec.QueryKeyValueWidth),
                QueryKeyValueBias = Bias(spec.QueryKeyValueWidth),
                AttentionOutput = Matrix(mixed, spec.Width),
                AttentionOutputBias = Bias(spec.Width),
                FeedForwardNorm = Norm(),
                Keys = Matrix(spec.Width, spec.Cells),
                KeyBias = Bias(spec.Cells),
                GateKeys = spec.Gated ? Matrix(spec.Width, spec.Cells) : null,
                Values = Matrix(spec.Cells, spec.Width),
                ValueBias = Bias(spec.Width),
            })],
        });

        PackedMatrix Matrix(int inputs, int outputs) =>
            PackedMatrix.Pack(Numbers(inputs * outputs, 1 / MathF.Sqrt(inputs)), inputs, outputs, outputsFirst: true);

        NormWeights Norm()
        {
            float[] gain = Numbers(spec.Width, 0.1f);
            for (int i = 0; i < gain.Length; i++) gain[i] += 1;
            return new(spec.Norm, gain, Bias(spec.Width), spec.NormEpsilon);
        }

        float[] Bias(int count) => biased ? Numbers(count, 0.1f) : [];

        // Uniform, with the deviation asked for.
        float[] Numbers(int count, float deviation)
        {
            float[] numbers = new float[count];
            for (int i = 0; i < count; i++) numbers[i] = (random.NextSingle() * 2 - 1) * 1.732f * deviation;
            return numbers;
        }
    }
}
