using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Models.Blocks;
using Loci.Models.Weights;
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
        bool gated = random.Next(2) == 0, rms = random.Next(2) == 0, rotary = random.Next(2) == 0,
            sandwich = random.Next(3) == 0;
        int width = random.Next(5, 40), cells = random.Next(1, 70);
        var activation = (Activation)random.Next(5);
        bool parallel = random.Next(3) == 0;
        var turned = rotary
            ? new RotarySpec(headSize, random.Next(2) == 0, Rotary.Frequencies(10_000, headSize))
            : null;
        var spec = new ModelSpec
        {
            Family = "random",
            Width = width,
            Vocabulary = vocabulary.Length,
            Context = random.Next(8, 40),
            Norm = rms ? NormKind.RmsNorm : NormKind.LayerNorm,
            NormEpsilon = 1e-5f,
            Blocks =
            [
                .. Enumerable.Range(0, layers).Select(_ => new BlockSpec
                {
                    Mixer = new SoftmaxSpec
                    {
                        Heads = heads, KeyValueHeads = keyValueHeads, HeadSize = headSize,
                            Scale = 1f / MathF.Sqrt(headSize),
                        Window = random.Next(3) == 0 ? random.Next(1, 6) : 0, Rotary = turned,
                    },
                    Cells = new(cells, activation, gated, KeyBias: !gated, ValueBias: true), Parallel = parallel,
                    SandwichNorms = sandwich,
                }),
            ],
            Head = new(Tied: false),
            LearnedPositions = !rotary,
        };
        var transformer = new Transformer(
            spec, TensorSource.Of(tensor => Floats(tensor.Count, around: IsGain(tensor) ? 1 : 0)));
        var tokenizer = WordLevelTokenizer.Create(vocabulary, "<unk>", random.Next(2) == 0 ? "<s>" : null);
        return new Model($"random {seed}", transformer, tokenizer, $"random-{seed}", $"random-{seed}");

        float[] Floats(int count, float around) =>
            [.. Enumerable.Range(0, count).Select(_ => around + (float)(random.NextDouble() - 0.5))];
    }

    private static bool IsGain(TensorSlot tensor) => tensor.Shape.Length == 1 && !tensor.IsBias;

    /// <summary>
    /// Sentences of the tokenizer's words, some repeated, some longer than the context, one of words it does not know.
    /// </summary>
    public static string[] Sentences(int seed, int count)
    {
        var random = new Random(seed);
        var sentences = Enumerable.Range(0, count)
            .Select(_ =>
                string.Join(' ', Enumerable.Range(0, random.Next(1, 50)).Select(_ => Words[random.Next(Words.Count)]))
                + " .")
            .ToArray();
        sentences[^1] = sentences[0];
        sentences[count / 2] = "whence this ?";
        return sentences;
    }
}
