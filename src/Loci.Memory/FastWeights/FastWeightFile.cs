using System.Buffers.Binary;
using System.Security.Cryptography;
using Loci.Memory.Attention;
using Loci.Memory.FeatureMaps;

namespace Loci.Memory.FastWeights;

/// <summary>
/// A memory in a stream, the same on every machine: "LOCIFWM" and a version, the length of the content (8 bytes), the
/// content, its
/// SHA-256. All numbers are little endian. Content: key size, value size, rule, normalisation (int32 each),
/// from version 2 on ε (float32; version 1 is ε = 0), the feature map (kind; parameters), then S and z, or for the
/// softmax list the number of pairs, keys and values.
/// </summary>
internal static class FastWeightFile
{
    private const int DigestSize = 32, Piece = 1 << 16;
    private const byte Version = (byte)'1', WithEpsilon = (byte)'2';
    private static readonly byte[] s_magic = "LOCIFWM"u8.ToArray();

    /// <summary>What stands before the numbers of a memory.</summary>
    /// <param name="KeySize">Length of a key.</param>
    /// <param name="ValueSize">Length of a value.</param>
    /// <param name="Rule">The number of the update rule, or that of the softmax list.</param>
    /// <param name="Normalization">What is done to features.</param>
    /// <param name="Epsilon">ε of L2 normalisation.</param>
    /// <param name="Map">φ.</param>
    public readonly record struct Header(
        int KeySize, int ValueSize, int Rule, Normalization Normalization, float Epsilon, FeatureMap Map)
    {
        public static Header Of(FastWeightOptions options) => new(
            options.KeySize, options.ValueSize, options.Rule.Id, options.Normalization, options.NormalizationEpsilon, options.Map);

        /// <exception cref="InvalidDataException">There is no such rule, or the combination cannot work.</exception>
        public FastWeightOptions Options(int undoDepth)
        {
            if (Rule == SoftmaxMemory.FileId)
                throw new InvalidDataException($"is a list of softmax attention, not a fast-weight memory: {nameof(SoftmaxMemory)} loads it");
            if (UpdateRule.WithId(Rule) is not { } rule) throw new InvalidDataException($"is of rule {Rule}, which is not known");
            var options = new FastWeightOptions(KeySize, ValueSize)
            {
                Rule = rule, Map = Map, Normalization = Normalization, NormalizationEpsilon = Epsilon, UndoDepth = undoDepth,
            };
            try
            {
                options.Check();
                return options;
            }
            catch (ArgumentException e)
            {
                throw new InvalidDataException($"holds a memory that cannot be: {e.Message}", e);
            }
        }
    }

    public static void Write(Stream stream, Header header, Action<BinaryWriter> state)
    {
        using var content = new MemoryStream();
        using (var writer = new BinaryWriter(content, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(header.KeySize);
            writer.Write(header.ValueSize);
            writer.Write(header.Rule);
            writer.Write((int)header.Normalization);
            if (header.Epsilon != 0) writer.Write(header.Epsilon);
            writer.Write(header.Map.Kind.Id);
            header.Map.WriteParameters(writer);
            state(writer);
        }
        ReadOnlySpan<byte> bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, bytes.Length);
        stream.Write(s_magic);
        stream.WriteByte(header.Epsilon == 0 ? Version : WithEpsilon);
        stream.Write(length);
        stream.Write(bytes);
        stream.Write(SHA256.HashData(bytes));
    }

    /// <summary>Reads what stands before the state, and leaves the reader where that begins.</summary>
    /// <exception cref="InvalidDataException">Not a memory, damaged, or of a version or kind not known.</exception>
    public static (Header Header, BinaryReader State, long Left) Read(Stream stream)
    {
        byte[] head = ReadBytes(stream, s_magic.Length + 1 + sizeof(long));
        if (!head.AsSpan(0, s_magic.Length).SequenceEqual(s_magic)) throw new InvalidDataException("is not a fast-weight memory");
        byte version = head[s_magic.Length];
        if (version is not (Version or WithEpsilon))
            throw new InvalidDataException(
                $"is of version '{(char)version}'; this program reads versions '{(char)Version}' and '{(char)WithEpsilon}'");
        long length = BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(s_magic.Length + 1));
        if (length < 0 || length > Array.MaxLength) throw new InvalidDataException($"claims a content of {length} bytes");
        byte[] content = ReadBytes(stream, (int)length), digest = ReadBytes(stream, DigestSize);
        if (!SHA256.HashData(content).AsSpan().SequenceEqual(digest))
            throw new InvalidDataException("is damaged: the checksum does not fit the content");
        var reader = new BinaryReader(new MemoryStream(content, writable: false));
        try
        {
            int keySize = reader.ReadInt32(), valueSize = reader.ReadInt32();
            int rule = reader.ReadInt32(), normalization = reader.ReadInt32();
            float epsilon = version == WithEpsilon ? reader.ReadSingle() : 0;
            int id = reader.ReadInt32();
            FeatureMapKind kind = FeatureMapKind.All.FirstOrDefault(one => one.Id == id)
                ?? throw new InvalidDataException($"is of feature map {id}, which is not known");
            var header = new Header(keySize, valueSize, rule, (Normalization)normalization, epsilon, kind.Read(reader, length));
            return (header, reader, length - reader.BaseStream.Position);
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
