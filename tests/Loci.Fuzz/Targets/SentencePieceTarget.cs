using System.Text;
using Loci.Tokenizers.Pipeline;
using Loci.Tokenizers.SentencePiece;

namespace Loci.Fuzz.Targets;

/// <summary>
/// A SentencePiece model: an accepted one encodes any text to ids of its vocabulary, and decodes them.
/// </summary>
internal static class SentencePieceTarget
{
    public static Target Target { get; } = new("sentencepiece", Seed(), Read);

    private static byte[] Seed()
    {
        var file = new List<byte>();
        Piece("<unk>", 2);
        Piece("<s>", 3);
        Piece("</s>", 3);
        foreach (string text in (string[])["▁", "a", "b", "▁a", "ab"]) Piece(text, 1);
        file.AddRange([0x12, 2, 0x18, 2, 0x1A, 2, 0x18, 1]); // trainer: BPE; normalizer: a space before a text
        return [.. file];

        void Piece(string text, byte use)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            file.AddRange([0x0A, (byte)(bytes.Length + 9), 0x0A, (byte)bytes.Length]);
            file.AddRange(bytes);
            file.AddRange([0x15, .. BitConverter.GetBytes(-1f * file.Count), 0x18, use]);
        }
    }

    private static void Read(byte[] input) =>
        TokenizerUse.Try(SentencePieceFile.Parse(input, "input", TokenSettings.None));
}
