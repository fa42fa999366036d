using System.Text;
using Loci.Tokenizers;

namespace Loci.Fuzz.Targets;

/// <summary>
/// llama2.c's tokenizer.bin of 262 pieces: an accepted one encodes any text to ids of its vocabulary, and decodes them.
/// </summary>
internal static class Llama2cTokenizerTarget
{
    private const int Pieces = 262;

    public static Target Target { get; } = new("llama2c-tokenizer", Seed(), Read);

    private static byte[] Seed()
    {
        string[] pieces =
        [
            "<unk>", "\n<s>\n", "\n</s>\n", .. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"), " ", "a",
            " a",
        ];
        var file = new List<byte>(BitConverter.GetBytes(8));
        for (int id = 0; id < pieces.Length; id++)
        {
            file.AddRange(BitConverter.GetBytes((float)-id));
            file.AddRange(BitConverter.GetBytes(pieces[id].Length));
            file.AddRange(Encoding.ASCII.GetBytes(pieces[id]));
        }
        return [.. file];
    }

    private static void Read(byte[] input) => TokenizerUse.Try(Llama2cTokenizer.Parse(input, "input", Pieces));
}
