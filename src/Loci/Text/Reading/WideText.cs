using System.Buffers.Binary;
using System.Text;

namespace Loci.Text.Reading;

/// <summary>
/// UTF-16 and UTF-32 as UTF-8, block by block. What is no character becomes a byte that UTF-8 does not have, so that it
/// is replaced and counted where all invalid text is.
/// </summary>
/// <param name="read">Reads the file on; 0 at its end.</param>
/// <param name="unit">Bytes of a unit: 2 or 4.</param>
/// <param name="bigEndian">True where the first byte of a unit is its highest.</param>
internal sealed class WideText(WideText.Source read, int unit, bool bigEndian)
{
    private const byte Invalid = 0xFF;
    private const int Block = 1 << 16;

    private readonly byte[] _raw = new byte[Block];
    private readonly byte[] _text = new byte[2 * Block]; // a unit of 2 bytes takes at most 3, one of 4 at most 4
    private int _rawCount;
    private int _start;
    private int _end;
    private bool _ended;

    public delegate int Source(Span<byte> buffer);

    /// <summary>Reads some bytes of UTF-8; 0 at the end.</summary>
    public int Read(Span<byte> buffer)
    {
        while (_start == _end && !_ended) Refill();
        int count = Math.Min(buffer.Length, _end - _start);
        _text.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    private void Refill()
    {
        int got = read(_raw.AsSpan(_rawCount));
        _ended = got == 0;
        var raw = _raw.AsSpan(0, _rawCount + got);
        int at = 0;
        (_start, _end) = (0, 0);
        while (raw.Length - at >= unit && Take(raw[at..], out int taken)) at += taken;
        if (_ended && at < raw.Length) _text[_end++] = Invalid;
        raw[at..].CopyTo(_raw);
        _rawCount = _ended ? 0 : raw.Length - at;
    }

    // One character; false where its second half has not come yet.
    private bool Take(ReadOnlySpan<byte> raw, out int taken)
    {
        taken = unit;
        if (unit == 4)
        {
            uint value = bigEndian
                ? BinaryPrimitives.ReadUInt32BigEndian(raw)
                : BinaryPrimitives.ReadUInt32LittleEndian(raw);
            Add(Rune.TryCreate(value, out var scalar), scalar);
            return true;
        }
        char first = Unit(raw);
        if (!char.IsHighSurrogate(first))
        {
            Add(Rune.TryCreate(first, out var single), single);
            return true;
        }
        if (raw.Length < 4 && !_ended) return false;
        bool paired = Rune.TryCreate(first, raw.Length < 4 ? '\0' : Unit(raw[2..]), out var pair);
        if (paired) taken = 4;
        Add(paired, pair);
        return true;
    }

    private char Unit(ReadOnlySpan<byte> raw) =>
        (char)(bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(raw) : BinaryPrimitives.ReadUInt16LittleEndian(raw));

    private void Add(bool valid, Rune rune)
    {
        if (valid) _end += rune.EncodeToUtf8(_text.AsSpan(_end));
        else _text[_end++] = Invalid;
    }
}
