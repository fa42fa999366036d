using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Tokenizers;

namespace Loci.Tests.Models;

/// <summary>Small models of any geometry with random weights and a word-level tokenizer.</summary>
internal static class RandomModel
{
    public static IReadOnlyList<string> Words { get; } =
        [.. "the a cat dog sat ran on under mat tree big small and then it was red blue good bad".Split(' ')];

    public static Model Create(int seed)
    {
        var random = new Random(seed);
        string[] vocabulary = ["<unk>", "<s>", ".", .. Words];
        int heads = 1 << random.Next(3), headSize = 2 * random.Next(1, 5), layers = random.Next(1, 4);
        int keyValueHeads = random.Next(2) == 0 ? heads : 1;
        bool gated = random.Next(2) == 0, rms = random.Next(2) == 0, rotary = random.Next(2) == 0, sandwich = random.Next(3) == 0;
        var spec = new ModelSpec
        {
            Family = "random",
            Layers = layers,
            Width = random.Next(5, 40),
            Cells = random.Next(1, 70),
            Vocabulary = vocabulary.Length,
            Context = random.Next(8, 40),
            Norm = rms ? NormKind.RmsNorm : NormKind.LayerNorm,
            NormEpsilon = 1e-5f,
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            HeadSize = headSize,
            AttentionScale = [.. Enumerable.Repeat(1f / MathF.Sqrt(headSize), layers)],
            AttentionWindow = [.. Enumerable.Range(0, layers).Select(_ => random.Next(3) == 0 ? random.Next(1, 6) : 0)],
            Rotary = rotary ? new(headSize, random.Next(2) == 0, Rotary.Frequencies(10_000, headSize)) : null,
            LearnedPositions = !rotary,
            Activation = (Activation)random.Next(5),
            Gated = gated,
            ParallelResidual = random.Next(3) == 0,
            SandwichNorms = sandwich,
            TiedOutput = false,
        };
        var transformer = new Transformer(spec, new()
        {
            Embedding = Matrix(spec.Width, spec.Vocabulary),
            Output = Matrix(spec.Width, spec.Vocabulary),
            Positions = rotary ? [] : Floats(spec.Context * spec.Width),
            FinalNorm = Norm(),
            Layers = [.. Enumerable.Range(0, layers).Select(_ => new LayerWeights
            {
                AttentionNorm = Norm(),
                QueryKeyValue = Matrix(spec.Width, spec.QueryKeyValueWidth),
                AttentionOutput = Matrix(heads * headSize, spec.Width),
                PostAttentionNorm = sandwich ? Norm() : null,
                FeedForwardNorm = Norm(),
                Keys = Matrix(spec.Width, spec.Cells),
                KeyBias = gated ? [] : Floats(spec.Cells),
                GateKeys = gated ? Matrix(spec.Width, spec.Cells) : null,
                Values = Matrix(spec.Cells, spec.Width),
                ValueBias = Floats(spec.Width),
                PostFeedForwardNorm = sandwich ? Norm() : null,
            })],
        });
        var tokenizer = WordLevelTokenizer.Create(vocabulary, "<unk>", random.Next(2) == 0 ? "<s>" : null);
        return new Model($"random {seed}", transformer, tokenizer, $"random-{seed}");

        PackedMatrix Matrix(int inputs, int outputs) => PackedMatrix.Pack(Floats(inputs * outputs), inputs, outputs, outputsFirst: false);

        NormWeights Norm() => new(spec.Norm, [.. Floats(spec.Width).Select(x => 1 + x)], rms ? [] : Floats(spec.Width), spec.NormEpsilon);

        float[] Floats(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
    }

    /// <summary>Sentences of the tokenizer's words, some repeated, some longer than the context, one of words it does not know.</summary>
    public static string[] Sentences(int seed, int count)
    {
        var random = new Random(seed);
        var sentences = Enumerable.Range(0, count)
            .Select(_ => string.Join(' ', Enumerable.Range(0, random.Next(1, 50)).Select(_ => Words[random.Next(Words.Count)])) + " .")
            .ToArray();
        sentences[^1] = sentences[0];
        sentences[count / 2] = "whence this ?";
        return sentences;
    }
}
