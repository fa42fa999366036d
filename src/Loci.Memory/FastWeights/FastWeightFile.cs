using System.Buffers.Binary;
using System.Security.Cryptography;
using Loci.Memory.FeatureMaps;

namespace Loci.Memory.FastWeights;

/// <summary>
/// A memory in a stream, the same on every machine: "LOCIFWM1", the length of the content (8 bytes), the content, its
/// SHA-256. All numbers are little endian. Content: key size, value size, rule, normalisation (int32 each),
/// the feature map (kind; parameters), then S and z, or for the softmax list the number of pairs, keys and values.
/// </summary>
internal static class FastWeightFile
{
    private const int DigestSize = 32, Piece = 1 << 16;
    private static readonly byte[] s_magic = "LOCIFWM1"u8.ToArray();
    private static readonly FeatureMap[] s_plain =
        [FeatureMap.Identity, FeatureMap.Relu, FeatureMap.Silu, FeatureMap.Tanh, FeatureMap.EluPlusOne];

    private const int DpfpKind = 100, FavorKind = 101;

    public static void Write(Stream stream, FastWeightOptions options, Action<BinaryWriter> state)
    {
        using var content = new MemoryStream();
        using (var writer = new BinaryWriter(content, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(options.KeySize);
            writer.Write(options.ValueSize);
            writer.Write((int)options.Rule);
            writer.Write((int)options.Normalization);
            WriteMap(writer, options.Map);
            state(writer);
        }
        ReadOnlySpan<byte> bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, bytes.Length);
        stream.Write(s_magic);
        stream.Write(length);
        stream.Write(bytes);
        stream.Write(SHA256.HashData(bytes));
    }

    /// <summary>Reads the options, and leaves the reader where the state begins.</summary>
    /// <exception cref="InvalidDataException">Not a memory, damaged, or of a version or kind not known.</exception>
    public static (FastWeightOptions Options, BinaryReader State, long Left) Read(Stream stream, int undoDepth)
    {
        byte[] head = ReadBytes(stream, s_magic.Length + 8);
        if (!head.AsSpan(0, s_magic.Length - 1).SequenceEqual(s_magic.AsSpan(0, s_magic.Length - 1)))
            throw new InvalidDataException("is not a fast-weight memory");
        if (head[s_magic.Length - 1] != s_magic[^1])
            throw new InvalidDataException($"is of version '{(char)head[s_magic.Length - 1]}'; this program reads version '{(char)s_magic[^1]}'");
        long length = BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(s_magic.Length));
        if (length < 0 || length > Array.MaxLength) throw new InvalidDataException($"claims a content of {length} bytes");
        byte[] content = ReadBytes(stream, (int)length), digest = ReadBytes(stream, DigestSize);
        if (!SHA256.HashData(content).AsSpan().SequenceEqual(digest))
            throw new InvalidDataException("is damaged: the checksum does not fit the content");
        var reader = new BinaryReader(new MemoryStream(content, writable: false));
        try
        {
            int keySize = reader.ReadInt32(), valueSize = reader.ReadInt32();
            int rule = reader.ReadInt32(), normalization = reader.ReadInt32();
            var options = new FastWeightOptions(keySize, valueSize)
            {
                Rule = (UpdateRule)rule, Normalization = (Normalization)normalization, UndoDepth = undoDepth,
                Map = ReadMap(reader, length),
            };
            options.Check();
            return (options, reader, length - reader.BaseStream.Position);
        }
        catch (Exception e) when (e is ArgumentException or EndOfStreamException)
        {
            throw new InvalidDataException($"holds a memory that cannot be: {e.Message}", e);
        }
    }

    public static void WriteNumbers(BinaryWriter writer, ReadOnlySpan<float> numbers)
    {
        foreach (float x in numbers) writer.Write(x);
    }

    public static void ReadNumbers(BinaryReader reader, Span<float> numbers)
    {
        foreach (ref float x in numbers)
        {
            x = reader.ReadSingle();
            if (!float.IsFinite(x)) throw new InvalidDataException($"holds {x}, which no memory can");
        }
    }

    private static void WriteMap(BinaryWriter writer, FeatureMap map)
    {
        switch (map)
        {
            case Dpfp dpfp:
                writer.Write(DpfpKind);
                writer.Write(dpfp.Nu);
                break;
            case Favor favor:
                writer.Write(FavorKind);
                writer.Write(favor.InputSize);
                writer.Write(favor.Projections);
                writer.Write(favor.IsStabilized ? 1 : 0);
                foreach (double x in favor.Rows) writer.Write(x);
                break;
            default:
                int kind = Array.IndexOf(s_plain, map);
                if (kind < 0) throw new NotSupportedException($"{map} cannot be saved");
                writer.Write(kind);
                break;
        }
    }

    private static FeatureMap ReadMap(BinaryReader reader, long length)
    {
        int kind = reader.ReadInt32();
        if (kind == DpfpKind) return new Dpfp(reader.ReadInt32());
        if (kind != FavorKind)
            return kind >= 0 && kind < s_plain.Length ? s_plain[kind] : throw new ArgumentException($"feature map {kind} is not known");
        int size = reader.ReadInt32(), projections = reader.ReadInt32();
        bool stabilized = reader.ReadInt32() != 0;
        if (size < 1 || projections < 1 || (long)size * projections > length / sizeof(double))
            throw new ArgumentException($"FAVOR+ with {projections} projections of {size} does not fit in {length} bytes");
        double[] rows = new double[size * projections];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = reader.ReadDouble() is var x && double.IsFinite(x) ? x : throw new ArgumentException($"a projection holds {x}");
        return new Favor(size, projections, stabilized, rows);
    }

    // Grows with what is really there: a claimed length costs nothing.
    private static byte[] ReadBytes(Stream stream, int count)
    {
        byte[] bytes = new byte[Math.Min(count, Piece)];
        for (int read = 0; read < count;)
        {
            if (read == bytes.Length) Array.Resize(ref bytes, (int)Math.Min(count, 2L * bytes.Length));
            int more = stream.Read(bytes, read, bytes.Length - read);
            if (more == 0) throw new InvalidDataException($"is cut off: {count - read} bytes are missing");
            read += more;
        }
        return bytes;
    }
}
