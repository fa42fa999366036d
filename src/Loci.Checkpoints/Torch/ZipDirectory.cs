using System.Buffers.Binary;
using System.Text;

namespace Loci.Checkpoints.Torch;

/// <summary>
/// Where the entries of a zip archive lie (APPNOTE 6.3.10, ZIP64 as well), read from its central directory: torch
/// leaves the sizes in the local headers empty. Entries are not unpacked: torch stores tensors as they are.
/// </summary>
internal static class ZipDirectory
{
    private const uint EndMark = 0x06054B50, Entry64Mark = 0x02014B50, LocalMark = 0x04034B50;
    private const uint End64Mark = 0x06064B50, Locator64Mark = 0x07064B50;
    private const int EndBytes = 22, EntryBytes = 46, LocalBytes = 30, MostEntries = 1 << 20;

    /// <summary>The length of an entry that is compressed or encrypted.</summary>
    public const long Packed = -1;

    /// <summary>Start and length of every entry, by name.</summary>
    public static Dictionary<string, (long Offset, long Length)> Read(MappedFile file)
    {
        var (at, length, count) = Directory(file);
        if (at < 0 || length < 0 || at > file.Length - length || count is < 0 or > MostEntries || length > int.MaxValue)
            throw Invalid(file, $"its directory of {count} entries reaches beyond the file", at);
        var directory = file.Bytes(at, (int)length);
        var entries = new Dictionary<string, (long, long)>(StringComparer.Ordinal);
        for (long i = 0; i < count; i++)
        {
            if (directory.Length < EntryBytes || U32(directory) != Entry64Mark)
                throw Invalid(file, $"entry {i} of its directory is none", at);
            int nameLength = U16(directory[28..]), extra = U16(directory[30..]), comment = U16(directory[32..]);
            int whole = EntryBytes + nameLength + extra + comment;
            if (directory.Length < whole) throw Invalid(file, $"entry {i} of its directory is cut", at);
            string name = Encoding.UTF8.GetString(directory.Slice(EntryBytes, nameLength));
            long stored = U32(directory[20..]), plain = U32(directory[24..]), local = U32(directory[42..]);
            Widen(directory.Slice(EntryBytes + nameLength, extra), ref plain, ref stored, ref local);
            if (local < 0 || local > file.Length - LocalBytes || U32(file.Bytes(local, 4)) != LocalMark)
                throw Invalid(file, $"the entry {ErrorText.Quote(name)} lies outside the file", local);
            // The local header has a name and an extra field of its own length, which aligns the numbers.
            var header = file.Bytes(local, LocalBytes);
            long start = local + LocalBytes + U16(header[26..]) + U16(header[28..]);
            bool packed = U16(directory[10..]) != 0 || (U16(directory[8..]) & 1) != 0;
            if (packed) plain = Packed;
            else if (stored != plain || plain < 0 || start > file.Length - plain)
                throw Invalid(file, $"the entry {ErrorText.Quote(name)} reaches beyond the file", local);
            if (!entries.TryAdd(name, (start, plain)))
                throw Invalid(file, $"holds {ErrorText.Quote(name)} twice", local);
            directory = directory[whole..];
        }
        return entries;
    }

    private static (long Offset, long Length, long Count) Directory(MappedFile file)
    {
        int tailLength = (int)Math.Min(file.Length, EndBytes + ushort.MaxValue);
        long tailStart = file.Length - tailLength;
        var tail = file.Bytes(tailStart, tailLength);
        int end = tail.Length - EndBytes;
        while (end >= 0 && U32(tail[end..]) != EndMark) end--;
        if (end < 0) throw Invalid(file, "it has no directory at its end; the file is cut", tailStart);
        long count = U16(tail[(end + 10)..]), length = U32(tail[(end + 12)..]), at = U32(tail[(end + 16)..]);
        if (end < 20 || U32(tail[(end - 20)..]) != Locator64Mark) return (at, length, count);
        long place = I64(tail[(end - 12)..]);
        if (place < 0 || place > file.Length - 56 || U32(file.Bytes(place, 4)) != End64Mark)
            throw Invalid(file, "its ZIP64 directory lies outside the file", place);
        var wide = file.Bytes(place, 56);
        return (I64(wide[48..]), I64(wide[40..]), I64(wide[32..]));
    }

    // The ZIP64 field holds, in this order, those numbers whose 32-bit places are full.
    private static void Widen(ReadOnlySpan<byte> extra, ref long plain, ref long stored, ref long local)
    {
        while (extra.Length >= 4)
        {
            int id = U16(extra), size = Math.Min(U16(extra[2..]), extra.Length - 4);
            var field = extra.Slice(4, size);
            extra = extra[(4 + size)..];
            if (id != 1) continue;
            Take(ref field, ref plain);
            Take(ref field, ref stored);
            Take(ref field, ref local);
        }

        static void Take(ref ReadOnlySpan<byte> field, ref long number)
        {
            if (number != uint.MaxValue || field.Length < 8) return;
            number = I64(field);
            field = field[8..];
        }
    }

    private static int U16(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static uint U32(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static long I64(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt64LittleEndian(bytes);

    private static InvalidFileException Invalid(MappedFile file, string problem, long at) =>
        new(file.Path, $"is no whole zip archive: {problem}", at < 0 ? null : at);
}
