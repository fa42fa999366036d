namespace Loci.Atlas.Storage;

/// <summary>Unsigned LEB128: seven bits a byte, lowest first, the high bit set on all bytes but the last.</summary>
internal static class Varint
{
    public static void Write(List<byte> to, ulong value)
    {
        for (; value >= 0x80; value >>= 7) to.Add((byte)(value | 0x80));
        to.Add((byte)value);
    }

    /// <summary>
    /// Reads one number and moves past it; false where the bytes end inside it or it exceeds 63 bits.
    /// </summary>
    public static bool TryRead(ref ReadOnlySpan<byte> from, out long value)
    {
        value = 0;
        for (int i = 0; i < from.Length && i < 9; i++)
        {
            value |= (long)(from[i] & 0x7F) << (7 * i);
            if (from[i] >= 0x80) continue;
            from = from[(i + 1)..];
            return true;
        }
        return false;
    }

    /// <summary>Numbers one after the other, as the histogram is stored.</summary>
    public static byte[] Encode(IReadOnlyList<long> values)
    {
        var bytes = new List<byte>(values.Count);
        foreach (long value in values) Write(bytes, checked((ulong)value));
        return [.. bytes];
    }

    public static long[]? Decode(ReadOnlySpan<byte> bytes, int count)
    {
        if (count > bytes.Length) return null;
        var values = new long[count];
        for (int i = 0; i < count; i++)
            if (!TryRead(ref bytes, out values[i])) return null;
        return bytes.IsEmpty ? values : null;
    }
}
