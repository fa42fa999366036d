using Loci.Memory;
using Loci.Models.Blocks;

namespace Loci.Models.Generation;

/// <summary>
/// A state file: a <see cref="SealedContent"/> "LOCISTA1". Content: the model's identity and name, its config as
/// <see cref="LociFormat"/> writes it, tokens read (int64), the unread token or −1 (int32), the sampler's state
/// (uint64), the last stream row; then layer by layer, fast-weight: pending tokens (int32) and the numbers of its
/// memories, convolution tail and key sums; softmax: first position and count (int32 each), keys, values.
/// </summary>
internal static class StateFile
{
    private const int MostConfig = 1 << 24;

    private static ReadOnlySpan<byte> Magic => "LOCISTA1"u8;

    /// <exception cref="LociException">The state is not finite, or the file cannot be written; what was there is still
    /// there.</exception>
    public static void Write(string path, SavedState state)
    {
        CheckFinite(state);
        AtomicFile.Write(path, stream => SealedContent.Write(stream, Magic, writer => WriteContent(writer, state)));
    }

    public static SavedState Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            var state = SealedContent.Read(file, Magic, "a state", (reader, length) =>
                ReadContent(path, reader, length));
            return file.Position == file.Length ? state
                : throw new InvalidFileException(path, "was added to: it holds more than a state");
        }
        catch (InvalidDataException e)
        {
            throw new InvalidFileException(path, e.Message, inner: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LociException($"Cannot read the state {path}: {e.Message}", e);
        }
        catch (Exception e) when (e is ArgumentException or OverflowException or FormatException)
        {
            throw new InvalidFileException(path, $"holds a state that cannot be: {e.Message}", inner: e);
        }
    }

    private static void WriteContent(BinaryWriter writer, SavedState state)
    {
        writer.Write(state.ModelIdentity);
        writer.Write(state.ModelName);
        byte[] config = LociFormat.Config(state.Spec);
        writer.Write(config.Length);
        writer.Write(config);
        writer.Write((long)state.Memory.Length);
        writer.Write(state.Unread ?? -1);
        writer.Write(state.SamplerState);
        Write(writer, state.Last);
        for (int layer = 0; layer < state.Spec.Layers; layer++)
        {
            if (state.Memory.FastWeights(layer) is { } fast)
            {
                float[] numbers = new float[fast.Memory.ExportSize];
                fast.Memory.Export(numbers);
                writer.Write(fast.Memory.Pending);
                Write(writer, numbers);
                Write(writer, fast.Tail);
                Write(writer, fast.KeySums);
                continue;
            }
            var rows = state.Memory.KeyValues(layer)!;
            writer.Write(rows.First);
            writer.Write(rows.Count);
            Write(writer, rows.Keys);
            Write(writer, rows.Values);
        }
    }

    private static SavedState ReadContent(string path, BinaryReader reader, long end)
    {
        string identity = reader.ReadString(), name = reader.ReadString();
        int configLength = reader.ReadInt32();
        if (configLength is < 0 or > MostConfig)
            throw new InvalidFileException(path, $"claims a config of {configLength} bytes");
        var spec = LociFormat.Read(reader.ReadBytes(configLength), path);
        long length = reader.ReadInt64();
        int unread = reader.ReadInt32();
        ulong sampler = reader.ReadUInt64();
        if (identity.Length != 64 || length is < 0 or > int.MaxValue || unread < -1 || unread >= spec.Vocabulary)
            throw new InvalidFileException(path,
                $"holds a state of {length} tokens and an unread token {unread}, which cannot be");

        // What the spec asks for must be there before memory is taken for it.
        long needed = spec.Width
            + spec.Blocks.Sum(block => block.Mixer is FastWeightSpec fast ? FastWeightState.Numbers(fast) : 0);
        if (needed > (end - reader.BaseStream.Position) / sizeof(float))
            throw new InvalidFileException(path, $"lacks numbers: its model has a state of {needed}");
        float[] last = Numbers(path, reader, spec.Width);
        var memory = new ContextMemory(spec) { Length = (int)length };
        for (int layer = 0; layer < spec.Layers; layer++)
        {
            if (memory.FastWeights(layer) is { } fast)
            {
                int pending = reader.ReadInt32();
                fast.Memory.Import(Numbers(path, reader, fast.Memory.ExportSize), length, pending);
                Numbers(path, reader, fast.Tail.Length).CopyTo(fast.Tail, 0);
                Numbers(path, reader, fast.KeySums.Length).CopyTo(fast.KeySums, 0);
                continue;
            }
            int first = reader.ReadInt32(), count = reader.ReadInt32(),
                width = ((SoftmaxSpec)spec.Blocks[layer].Mixer).KeyWidth;
            if (first < 0 || count < 0 || first + (long)count != length
                || 2L * count * width > (end - reader.BaseStream.Position) / sizeof(float))
                throw new InvalidFileException(path,
                    $"holds {count} keys from position {first} on in a text of {length} tokens");
            memory.KeyValues(layer)!.Restore(first, Numbers(path, reader, count * width),
                Numbers(path, reader, count * width));
        }
        return new(name, identity, spec, memory, unread < 0 ? null : unread, last, sampler);
    }

    // What no reader takes is not written. Layer by layer, so that the first that is spoilt is named.
    private static void CheckFinite(SavedState state)
    {
        for (int layer = 0; layer < state.Spec.Layers; layer++)
        {
            if (state.Memory.FastWeights(layer) is { } fast)
            {
                float[] numbers = new float[fast.Memory.ExportSize];
                fast.Memory.Export(numbers);
                Check(numbers, $"the fast-weight memory of layer {layer}");
                Check(fast.Tail, $"layer {layer}, before its convolution,");
                Check(fast.KeySums, $"the sum of keys of layer {layer}");
                continue;
            }
            Check(state.Memory.KeyValues(layer)!.Keys, $"a key of layer {layer}");
            Check(state.Memory.KeyValues(layer)!.Values, $"a value of layer {layer}");
        }
        Check(state.Last, "the stream after the last layer");

        static void Check(ReadOnlySpan<float> numbers, string what)
        {
            foreach (float x in numbers)
                if (!float.IsFinite(x))
                    throw new LociException(
                        $"The state cannot be saved: {what} holds {x}. The model's weights there or before are "
                        + $"damaged, or its numbers overflow float32 on this text.");
        }
    }

    private static void Write(BinaryWriter writer, ReadOnlySpan<float> numbers)
    {
        foreach (float x in numbers) writer.Write(x);
    }

    private static float[] Numbers(string path, BinaryReader reader, int count)
    {
        float[] numbers = new float[count];
        foreach (ref float x in numbers.AsSpan())
        {
            x = reader.ReadSingle();
            if (!float.IsFinite(x)) throw new InvalidFileException(path, $"holds {x}, which no state can");
        }
        return numbers;
    }
}
