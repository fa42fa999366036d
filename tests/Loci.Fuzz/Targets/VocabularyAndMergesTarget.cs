using System.Text;
using Loci.Tokenizers;

namespace Loci.Fuzz.Targets;

/// <summary>
/// vocab.json and merges.txt, separated by a NUL: an accepted pair encodes any text to ids of its vocabulary.
/// </summary>
internal static class VocabularyAndMergesTarget
{
    public static Target Target { get; } = new(
        "vocab-merges",
        Encoding.UTF8.GetBytes("{\"a\":0,\"b\":1,\"ab\":2,\"Ġ\":3,\"Ġab\":4}\0#version: 0.2\na b\nĠ ab\n"), Read);

    private static void Read(byte[] input)
    {
        int cut = Math.Max(0, Array.IndexOf(input, (byte)0));
        TokenizerUse.Try(VocabularyAndMerges.Parse(
            input.AsMemory(0, cut), "vocab.json", input.AsSpan(Math.Min(cut + 1, input.Length)), "merges.txt",
            new TokenizerSidecars(), "gpt2"));
    }
}
