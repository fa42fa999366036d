using System.Security.Cryptography;
using System.Text;
using Loci.Models.Blocks;

namespace Loci.Models.Generation;

/// <summary>
/// A state file, the same on every machine: "LOCISTA1", the length of the content (8 bytes), the content, its SHA-256.
/// All numbers are little endian. Content: the model's identity and name, its config as <see cref="LociFormat"/> writes it,
/// tokens read (int64), the unread token or −1 (int32), the sampler's state (uint64), the last stream row; then layer by
/// layer, fast-weight: pending tokens (int32) and the numbers of its memories, convolution tail and key sums; softmax:
/// first position and count (int32 each), keys, values.
/// </summary>
internal static class StateFile
{
    private const int DigestSize = 32, MostConfig = 1 << 24;
    private static readonly byte[] s_magic = "LOCISTA1"u8.ToArray();

    public static void Write(string path, SavedState state)
    {
        string partial = $"{path}.{Environment.ProcessId}.partial";
        if (Directory.Exists(path)) throw new LociException($"{path} is a folder; name a file for the state.");
        try
        {
            using (var file = new FileStream(partial, FileMode.Create, FileAccess.ReadWrite, FileShare.None))
            {
                file.Write(s_magic);
                file.Write(new byte[sizeof(long)]);
                using var digest = SHA256.Create();
                using (var hashed = new CryptoStream(file, digest, CryptoStreamMode.Write, leaveOpen: true))
                using (var writer = new BinaryWriter(new BufferedStream(hashed, 1 << 16), Encoding.UTF8))
                    WriteContent(writer, state);
                long length = file.Position - s_magic.Length - sizeof(long);
                file.Write(digest.Hash!);
                file.Position = s_magic.Length;
                file.Write(BitConverter.IsLittleEndian ? BitConverter.GetBytes(length) : [.. BitConverter.GetBytes(length).Reverse()]);
                file.Flush(flushToDisk: true);
            }
            File.Move(partial, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LociException($"Cannot write the state {path}: {e.Message}", e);
        }
        finally
        {
            if (File.Exists(partial)) File.Delete(partial);
        }
    }

    public static SavedState Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            long end = Check(path, file);
            file.Position = s_magic.Length + sizeof(long);
            using var reader = new BinaryReader(new BufferedStream(file, 1 << 16), Encoding.UTF8);
            var state = ReadContent(path, reader, end);
            return reader.BaseStream.Position == end ? state : throw new InvalidFileException(path, "holds more than a state");
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidFileException(path, "is cut off", inner: e);
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

    // Everything is checked before anything is believed. Gives where the content ends.
    private static long Check(string path, FileStream file)
    {
        Span<byte> head = stackalloc byte[s_magic.Length + sizeof(long)];
        if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length || !head[..(s_magic.Length - 1)].SequenceEqual(s_magic.AsSpan(0, s_magic.Length - 1)))
            throw new InvalidFileException(path, "is not a state");
        if (head[s_magic.Length - 1] != s_magic[^1])
            throw new InvalidFileException(path, $"is of version '{(char)head[s_magic.Length - 1]}'; this program reads version '{(char)s_magic[^1]}'");
        long length = System.Buffers.Binary.BinaryPrimitives.ReadInt64LittleEndian(head[s_magic.Length..]);
        long there = file.Length - head.Length - DigestSize;
        if (length < 0 || length != there) throw new InvalidFileException(path, $"holds {there} bytes where {length} belong: it was cut off or added to");
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = new byte[1 << 16];
        for (long left = length; left > 0;)
        {
            int count = file.Read(block, 0, (int)Math.Min(left, block.Length));
            if (count == 0) throw new EndOfStreamException();
            digest.AppendData(block, 0, count);
            left -= count;
        }
        Span<byte> stored = stackalloc byte[DigestSize];
        file.ReadExactly(stored);
        if (!digest.GetHashAndReset().AsSpan().SequenceEqual(stored))
            throw new InvalidFileException(path, "is damaged: the checksum does not fit the content");
        return head.Length + length;
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
        if (configLength is < 0 or > MostConfig) throw new InvalidFileException(path, $"claims a config of {configLength} bytes");
        var spec = LociFormat.Read(reader.ReadBytes(configLength), path);
        long length = reader.ReadInt64();
        int unread = reader.ReadInt32();
        ulong sampler = reader.ReadUInt64();
        if (identity.Length != 64 || length is < 0 or > int.MaxValue || unread < -1 || unread >= spec.Vocabulary)
            throw new InvalidFileException(path, $"holds a state of {length} tokens and an unread token {unread}, which cannot be");

        // What the spec asks for must be there before memory is taken for it.
        long needed = spec.Width + spec.Blocks.Sum(block => block.Mixer is FastWeightSpec fast ? FastWeightState.Numbers(fast) : 0);
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
            int first = reader.ReadInt32(), count = reader.ReadInt32(), width = ((SoftmaxSpec)spec.Blocks[layer].Mixer).KeyWidth;
            if (first < 0 || count < 0 || first + (long)count != length || 2L * count * width > (end - reader.BaseStream.Position) / sizeof(float))
                throw new InvalidFileException(path, $"holds {count} keys from position {first} on in a text of {length} tokens");
            memory.KeyValues(layer)!.Restore(first, Numbers(path, reader, count * width), Numbers(path, reader, count * width));
        }
        return new(name, identity, spec, memory, unread < 0 ? null : unread, last, sampler);
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
