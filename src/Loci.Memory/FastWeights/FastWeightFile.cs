using Loci.Memory.Attention;
using Loci.Memory.FeatureMaps;

namespace Loci.Memory.FastWeights;

/// <summary>
/// A memory in a stream: a <see cref="SealedContent"/> "LOCIFWM" of version 1 or 2. Content: key size, value size,
/// rule, normalisation (int32 each), from version 2 on ε (float32; version 1 is ε = 0), the feature map (kind;
/// parameters), then S and z, or for the softmax list the number of pairs, keys and values.
/// </summary>
internal static class FastWeightFile
{
    private const byte Version = (byte)'1', WithEpsilon = (byte)'2';

    private static ReadOnlySpan<byte> Kind => "LOCIFWM"u8;

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
            options.KeySize, options.ValueSize, options.Rule.Id, options.Normalization, options.NormalizationEpsilon,
            options.Map);

        /// <exception cref="InvalidDataException">There is no such rule, or the combination cannot work.</exception>
        public FastWeightOptions Options(int undoDepth)
        {
            if (Rule == SoftmaxMemory.FileId)
                throw new InvalidDataException(
                    $"is a list of softmax attention, not a fast-weight memory: {nameof(SoftmaxMemory)} loads it");
            if (UpdateRule.WithId(Rule) is not { } rule)
                throw new InvalidDataException($"is of rule {Rule}, which is not known");
            var options = new FastWeightOptions(KeySize, ValueSize)
            {
                Rule = rule, Map = Map, Normalization = Normalization, NormalizationEpsilon = Epsilon,
                UndoDepth = undoDepth,
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

    public static void Write(Stream stream, Header header, Action<BinaryWriter> state) =>
        SealedContent.Write(stream, [.. Kind, header.Epsilon == 0 ? Version : WithEpsilon], writer =>
        {
            writer.Write(header.KeySize);
            writer.Write(header.ValueSize);
            writer.Write(header.Rule);
            writer.Write((int)header.Normalization);
            if (header.Epsilon != 0) writer.Write(header.Epsilon);
            writer.Write(header.Map.Kind.Id);
            header.Map.WriteParameters(writer);
            state(writer);
        });

    /// <summary>Reads what stands before the state, then the state: told how many bytes are left for it.</summary>
    /// <exception cref="InvalidDataException">Not a memory, damaged, or of a version or kind not known.</exception>
    public static T Read<T>(Stream stream, Func<Header, BinaryReader, long, T> state) => SealedContent.Read(
        stream, Kind, [Version, WithEpsilon], "a fast-weight memory",
        (version, reader, length) =>
            state(ReadHeader(version, reader, length), reader, length - reader.BaseStream.Position));

    private static Header ReadHeader(byte version, BinaryReader reader, long length)
    {
        try
        {
            int keySize = reader.ReadInt32(), valueSize = reader.ReadInt32();
            int rule = reader.ReadInt32(), normalization = reader.ReadInt32();
            float epsilon = version == WithEpsilon ? reader.ReadSingle() : 0;
            int id = reader.ReadInt32();
            FeatureMapKind kind = FeatureMapKind.All.FirstOrDefault(one => one.Id == id)
                ?? throw new InvalidDataException($"is of feature map {id}, which is not known");
            return new(keySize, valueSize, rule, (Normalization)normalization, epsilon, kind.Read(reader, length));
        }
        catch (Exception e) when (e is ArgumentException or EndOfStreamException)
        {
            throw new InvalidDataException($"holds a memory that cannot be: {e.Message}", e);
        }
    }

    public static void WriteNumbers(BinaryWriter writer, ReadOnlySpan<float> numbers)
    {
        foreach (float x in numbers)
            if (float.IsFinite(x)) writer.Write(x);
            else throw new InvalidOperationException($"holds {x}, which no saved memory can");
    }

    public static void ReadNumbers(BinaryReader reader, Span<float> numbers)
    {
        foreach (ref float x in numbers)
        {
            x = reader.ReadSingle();
            if (!float.IsFinite(x)) throw new InvalidDataException($"holds {x}, which no memory can");
        }
    }
}
