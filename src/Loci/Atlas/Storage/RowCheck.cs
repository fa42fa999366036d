using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Loci.Atlas.Storage;

/// <summary>
/// CRC-32C over the values of one row, so that a damaged row is an error and never an answer. Numbers enter as eight
/// little-endian bytes, text and blobs as their length (a number) and their bytes padded with zeros to a multiple of
/// eight, NULL as the number −1 followed by 1.
/// </summary>
internal struct RowCheck
{
    private uint _crc = uint.MaxValue;

    public RowCheck() { }

    public readonly long Value => ~_crc;

    public void Add(long value) => _crc = BitOperations.Crc32C(_crc, (ulong)value);

    public void Add(double value) => Add(BitConverter.DoubleToInt64Bits(value));

    public void AddNull()
    {
        Add(-1L);
        Add(1L);
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Add((long)bytes.Length);
        int whole = bytes.Length & ~7;
        for (int at = 0; at < whole; at += 8) Add(BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]));
        if (whole == bytes.Length) return;
        Span<byte> rest = stackalloc byte[8];
        rest.Clear();
        bytes[whole..].CopyTo(rest);
        Add(BinaryPrimitives.ReadInt64LittleEndian(rest));
    }

    public void Add(string text) => Add(Encoding.UTF8.GetBytes(text).AsSpan());
}
