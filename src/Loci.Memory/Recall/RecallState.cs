using System.Buffers.Binary;
using System.Numerics;

namespace Loci.Memory.Recall;

/// <summary>
/// A recall in bytes, little-endian: magic and version, cells, capacity, signed, prefixes; for each cell the length
/// of its record and the record; a CRC-32C of all before it.
/// A record: sum and sum of squares (24 bytes each), max, min, the mask of the occupied bins and their counts as
/// LEB128, then for each pole the number of triggers (16 bits) and the triggers, a magnitude and a prefix pointer each.
/// </summary>
internal static class RecallState
{
    private const ulong Magic = 0x4C4C_4143_4552_014C; // the last digits are the version: 1
    private const int HeaderBytes = 8 + 4 + 4 + 4 + 8;
    private const int TriggerBytes = 12;

    public static void Write(LayerRecall recall, Stream stream)
    {
        byte[] buffer = new byte[Math.Max(HeaderBytes, 4 + RecordLimit(recall.Capacity, recall.Signed))];
        BinaryPrimitives.WriteUInt64LittleEndian(buffer, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(8), recall.Cells);
        BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(12), recall.Capacity);
        BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(16), recall.Signed ? 1 : 0);
        BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(20), recall.Prefixes);
        uint crc = Crc(uint.MaxValue, buffer.AsSpan(0, HeaderBytes));
        stream.Write(buffer, 0, HeaderBytes);
        for (int cell = 0; cell < recall.Cells; cell++)
        {
            int length = WriteRecord(recall.Record(cell), recall.Signed, buffer.AsSpan(4));
            BinaryPrimitives.WriteInt32LittleEndian(buffer, length);
            crc = Crc(crc, buffer.AsSpan(0, 4 + length));
            stream.Write(buffer, 0, 4 + length);
        }
        BinaryPrimitives.WriteUInt32LittleEndian(buffer, ~crc);
        stream.Write(buffer, 0, 4);
    }

    public static LayerRecall Read(Stream stream)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        ReadExactly(stream, header);
        if (BinaryPrimitives.ReadUInt64LittleEndian(header) != Magic)
            throw new InvalidDataException("Not the state of a recall, or of another version.");
        int cells = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        int capacity = BinaryPrimitives.ReadInt32LittleEndian(header[12..]);
        int signed = BinaryPrimitives.ReadInt32LittleEndian(header[16..]);
        long prefixes = BinaryPrimitives.ReadInt64LittleEndian(header[20..]);
        if (cells < 1 || capacity is < 1 or > LayerRecall.CapacityLimit || signed is not (0 or 1) || prefixes < 0)
            throw new InvalidDataException($"A recall of {cells} cells, capacity {capacity}, {prefixes} prefixes.");
        var crc = new Checksum { Value = Crc(uint.MaxValue, header) };
        try
        {
            return LayerRecall.FromRecords(cells, capacity, signed == 1,
                ReadRecords(stream, cells, capacity, signed == 1, prefixes, crc));
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    private static IEnumerable<CellRecord> ReadRecords(
        Stream stream, int cells, int capacity, bool signed, long prefixes, Checksum crc)
    {
        byte[] buffer = new byte[256];
        for (int cell = 0; cell < cells; cell++)
        {
            ReadExactly(stream, buffer.AsSpan(0, 4));
            crc.Value = Crc(crc.Value, buffer.AsSpan(0, 4));
            int length = BinaryPrimitives.ReadInt32LittleEndian(buffer);
            if (length < 0 || length > RecordLimit(capacity, signed))
                throw new InvalidDataException($"A record of {length} bytes for cell {cell}.");
            if (length > buffer.Length) buffer = new byte[length];
            var bytes = buffer.AsMemory(0, length);
            ReadExactly(stream, bytes.Span);
            crc.Value = Crc(crc.Value, bytes.Span);
            yield return ReadRecord(bytes.Span, signed, prefixes);
        }
        ReadExactly(stream, buffer.AsSpan(0, 4));
        if (BinaryPrimitives.ReadUInt32LittleEndian(buffer) != ~crc.Value)
            throw new InvalidDataException("The state of the recall is damaged: its checksum differs.");
    }

    private static int RecordLimit(int capacity, bool signed) =>
        2 * ExactSum.Bytes + 2 * 4 + 8 + 9 * CoefficientBins.Count + (signed ? 2 : 1) * (2 + capacity * TriggerBytes);

    private static int WriteRecord(CellRecord record, bool signed, Span<byte> buffer)
    {
        var bytes = buffer;
        record.Statistics.Sum.Write(bytes);
        record.Statistics.SumOfSquares.Write(bytes = bytes[ExactSum.Bytes..]);
        BinaryPrimitives.WriteSingleLittleEndian(bytes = bytes[ExactSum.Bytes..], record.Statistics.Max);
        BinaryPrimitives.WriteSingleLittleEndian(bytes = bytes[4..], record.Statistics.Min);
        ulong occupied = 0;
        for (int bin = 0; bin < record.Histogram.Length; bin++) occupied |= record.Histogram[bin] > 0 ? 1UL << bin : 0;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes = bytes[4..], occupied);
        bytes = bytes[8..];
        foreach (long count in record.Histogram)
        {
            if (count == 0) continue;
            int i = 0;
            for (long rest = count; rest > 0; rest >>= 7) bytes[i++] = (byte)(rest > 127 ? rest & 127 | 128 : rest);
            bytes = bytes[i..];
        }
        bytes = WriteTriggers(record.Positive, bytes);
        if (signed) bytes = WriteTriggers(record.Negative, bytes);
        return buffer.Length - bytes.Length;
    }

    private static Span<byte> WriteTriggers(Trigger[] triggers, Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)triggers.Length);
        bytes = bytes[2..];
        foreach (var (coefficient, sentence, position) in triggers)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes, Math.Abs(coefficient));
            BinaryPrimitives.WriteInt64LittleEndian(bytes[4..], PrefixPointer.Pack(sentence, position));
            bytes = bytes[TriggerBytes..];
        }
        return bytes;
    }

    private static CellRecord ReadRecord(ReadOnlySpan<byte> bytes, bool signed, long prefixes)
    {
        var sum = ExactSum.Read(Take(ref bytes, ExactSum.Bytes));
        var squares = ExactSum.Read(Take(ref bytes, ExactSum.Bytes));
        float max = BinaryPrimitives.ReadSingleLittleEndian(Take(ref bytes, 4));
        float min = BinaryPrimitives.ReadSingleLittleEndian(Take(ref bytes, 4));
        ulong occupied = BinaryPrimitives.ReadUInt64LittleEndian(Take(ref bytes, 8));
        if (occupied >> CoefficientBins.Count != 0) throw new InvalidDataException("A bin beyond the histogram.");
        long[] histogram = new long[CoefficientBins.Count];
        for (; occupied != 0; occupied &= occupied - 1)
            histogram[BitOperations.TrailingZeroCount(occupied)] = ReadCount(ref bytes, prefixes);
        long positive = CoefficientBins.Firings(histogram, Pole.Positive);
        long negative = CoefficientBins.Firings(histogram, Pole.Negative);
        var record = new CellRecord(
            new(prefixes, positive, negative, sum, squares, max, min), histogram,
            ReadTriggers(ref bytes, Pole.Positive), signed ? ReadTriggers(ref bytes, Pole.Negative) : []);
        return bytes.IsEmpty ? record : throw new InvalidDataException($"{bytes.Length} bytes after a cell's record.");
    }

    private static long ReadCount(ref ReadOnlySpan<byte> bytes, long limit)
    {
        long count = 0;
        for (int shift = 0; shift < 63; shift += 7)
        {
            byte digit = Take(ref bytes, 1)[0];
            count |= (long)(digit & 127) << shift;
            if (digit > 127) continue;
            if (digit == 0 || count > limit) break;
            return count;
        }
        throw new InvalidDataException($"A bin's count is not in [1, {limit}] or is written in too many bytes.");
    }

    private static Trigger[] ReadTriggers(ref ReadOnlySpan<byte> bytes, Pole pole)
    {
        int count = BinaryPrimitives.ReadUInt16LittleEndian(Take(ref bytes, 2));
        var entries = Take(ref bytes, count * TriggerBytes);
        var triggers = new Trigger[count];
        for (int i = 0; i < count; i++, entries = entries[TriggerBytes..])
        {
            float magnitude = BinaryPrimitives.ReadSingleLittleEndian(entries);
            long pointer = BinaryPrimitives.ReadInt64LittleEndian(entries[4..]);
            triggers[i] = new(pole == Pole.Positive ? magnitude : -magnitude,
                PrefixPointer.Sentence(pointer), PrefixPointer.Position(pointer));
        }
        return triggers;
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> bytes, int count)
    {
        if (count > bytes.Length) throw new InvalidDataException("A cell's record ends too early.");
        var taken = bytes[..count];
        bytes = bytes[count..];
        return taken;
    }

    private static void ReadExactly(Stream stream, Span<byte> bytes)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw new InvalidDataException("The state of the recall is cut short.");
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte b in bytes) crc = BitOperations.Crc32C(crc, b);
        return crc;
    }

    /// <summary>What has been read so far; an iterator cannot return it beside the records.</summary>
    private sealed class Checksum
    {
        public uint Value { get; set; }
    }
}
