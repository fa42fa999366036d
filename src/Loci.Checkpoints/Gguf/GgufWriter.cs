using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Loci.Checkpoints.Gguf;

/// <summary>Writes a GGUF file of version 3, whole or not at all.</summary>
internal static class GgufWriter
{
    private const int Alignment = 32;

    /// <summary>A tensor to write.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Shape">Extents, outermost first.</param>
    /// <param name="Format">F32, F16, BF16 or Q8_0; the last needs rows of a multiple of 32.</param>
    /// <param name="Numbers">Gives the numbers, row-major, when their turn comes.</param>
    public sealed record Entry(string Name, long[] Shape, GgufFormat Format, Func<float[]> Numbers)
    {
        public long Bytes => Shape.Aggregate(1L, (product, n) => checked(product * n)) / Format.Numbers * Format.Bytes;
    }

    /// <summary>Writes the file.</summary>
    /// <param name="path">Its name; a file that has it is replaced.</param>
    /// <param name="metadata">Texts, int, float, bool, and lists of texts, float or int.</param>
    /// <param name="tensors">The tensors, in order.</param>
    public static void Write(
        string path, IReadOnlyList<KeyValuePair<string, object>> metadata, IReadOnlyList<Entry> tensors)
    {
        AtomicFile.Write(path, stream =>
        {
            using var head = new MemoryStream();
            using (var writer = new BinaryWriter(head, Encoding.UTF8, leaveOpen: true))
            {
                writer.Write("GGUF"u8);
                writer.Write(3u);
                writer.Write((long)tensors.Count);
                writer.Write((long)metadata.Count);
                foreach (var (key, value) in metadata)
                {
                    Text(writer, key);
                    Value(writer, value);
                }
                long offset = 0;
                foreach (var tensor in tensors)
                {
                    Text(writer, tensor.Name);
                    writer.Write((uint)tensor.Shape.Length);
                    foreach (long extent in tensor.Shape.Reverse()) writer.Write(extent);
                    writer.Write(tensor.Format.Id);
                    writer.Write(offset);
                    offset += Padded(tensor.Bytes);
                }
            }
            stream.Write(head.GetBuffer().AsSpan(0, (int)head.Length));
            Pad(stream, head.Length);
            foreach (var tensor in tensors)
            {
                float[] numbers = tensor.Numbers();
                stream.Write(Packed(tensor.Format, numbers));
                Pad(stream, tensor.Bytes);
            }
        });
    }

    private static ReadOnlySpan<byte> Packed(GgufFormat format, float[] numbers)
    {
        if (format.Name == "F32") return MemoryMarshal.AsBytes<float>(numbers);
        byte[] bytes = new byte[numbers.Length / format.Numbers * format.Bytes];
        for (int i = 0, at = 0; i < numbers.Length; i += format.Numbers, at += format.Bytes)
            switch (format.Name)
            {
                case "F16":
                    BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(at), (Half)numbers[i]);
                    break;
                case "BF16":
                    BinaryPrimitives.WriteUInt16LittleEndian(
                        bytes.AsSpan(at), SafetensorsWriter.ToBFloat16(numbers[i]));
                    break;
                case "Q8_0":
                    SmallBlocks.WriteQ8_0(numbers.AsSpan(i, 32), bytes.AsSpan(at, 34));
                    break;
                default:
                    throw new ArgumentException($"{format.Name} cannot be written", nameof(format));
            }
        return bytes;
    }

    private static void Value(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case string text:
                writer.Write(8u);
                Text(writer, text);
                break;
            case int whole:
                writer.Write(4u);
                writer.Write(whole);
                break;
            case float number:
                writer.Write(6u);
                writer.Write(number);
                break;
            case bool flag:
                writer.Write(7u);
                writer.Write(flag);
                break;
            case string[] texts:
                List(writer, 8, texts.Length);
                foreach (string text in texts) Text(writer, text);
                break;
            case float[] numbers:
                List(writer, 6, numbers.Length);
                foreach (float number in numbers) writer.Write(number);
                break;
            case int[] wholes:
                List(writer, 5, wholes.Length);
                foreach (int whole in wholes) writer.Write(whole);
                break;
            default:
                throw new ArgumentException($"a {value.GetType().Name} has no place in metadata", nameof(value));
        }
    }

    private static void List(BinaryWriter writer, uint type, int count)
    {
        writer.Write(9u);
        writer.Write(type);
        writer.Write((long)count);
    }

    private static void Text(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((long)bytes.Length);
        writer.Write(bytes);
    }

    private static long Padded(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    private static void Pad(Stream stream, long bytes) => stream.Write(new byte[Padded(bytes) - bytes]);
}
