using System.Text;
using Loci.Checkpoints.Gguf;
using Loci.Models.Gguf;

namespace Loci.Fuzz.Targets;

/// <summary>A whole GGUF file: the tensors of an accepted one lie inside it and widen to
/// as many numbers, and its tokenizer encodes any text to ids of its vocabulary.</summary>
internal static class GgufTarget
{
    public static Target Target { get; } = new("gguf", Seed(), Read);

    private static byte[] Seed()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write(2L);
        writer.Write(2L);
        Text("a");
        writer.Write(8u);
        Text("b");
        Text("list");
        writer.Write(9u);
        writer.Write(6u);
        writer.Write(1L);
        writer.Write(1.5f);
        Tensor("x", 3, 0, 0);
        Tensor("q", 32, 8, 32);
        writer.Write(new byte[(32 - stream.Length % 32) % 32 + 32 + 64]);
        return stream.ToArray();

        void Text(string text)
        {
            writer.Write((long)text.Length);
            writer.Write(Encoding.ASCII.GetBytes(text));
        }

        void Tensor(string name, long count, uint format, long offset)
        {
            Text(name);
            writer.Write(1u);
            writer.Write(count);
            writer.Write(format);
            writer.Write(offset);
        }
    }

    private static void Read(byte[] input)
    {
        var tensors = GgufHeader.Read(input, input.Length, "input", out var metadata);
        foreach (var tensor in tensors.Values)
        {
            Target.Require(
                tensor.Info.Offset >= 0 && tensor.Bytes >= 0 && tensor.Info.Offset + tensor.Bytes <= input.Length,
                "tensors lie inside the file");
            if (tensor.Format.Widen is not null)
                Target.Require(
                    tensor.Format.ToFloats(input.AsSpan((int)tensor.Info.Offset, (int)tensor.Bytes)).Length
                        == tensor.Info.Count, "blocks hold the numbers of the shape");
        }
        if (GgufTokenizer.Read(new("input", metadata), "input") is { } tokenizer) TokenizerUse.Try(tokenizer);
    }
}
