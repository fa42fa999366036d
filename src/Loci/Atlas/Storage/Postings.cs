using System.Buffers.Binary;
using Loci.Memory.Recall;

namespace Loci.Atlas.Storage;

/// <summary>That a trigger of a cell lies in a sentence.</summary>
/// <param name="Cell">The cell, numbered through all layers.</param>
/// <param name="Pole">The pole.</param>
/// <param name="Rank">Place in the list of the pole, from 1.</param>
/// <param name="Position">Position of the firing token.</param>
/// <param name="Strength">|m|·‖v‖.</param>
internal readonly record struct TriggerPosting(long Cell, Pole Pole, int Rank, int Position, float Strength);

/// <summary>That a cell's value promotes a token at one of its ends.</summary>
/// <param name="Cell">The cell, numbered through all layers.</param>
/// <param name="Pole">The pole at which the value promotes it: at the negative one, the positive suppresses it.</param>
/// <param name="Readout">The readout.</param>
/// <param name="Rank">Place at that end, from 1.</param>
/// <param name="Strength">|logit|/‖v‖; 0 for a value of norm 0.</param>
internal readonly record struct ValuePosting(long Cell, Pole Pole, Readout Readout, int Rank, float Strength);

/// <summary>
/// A list of postings as a blob, ascending by cell. Of each, as varints: how far its cell is from that of the posting
/// before; place − 1, pole (and readout) in one number; of a trigger its position; then the strength as float32.
/// </summary>
internal sealed class PostingList
{
    private readonly List<byte> _bytes = [];
    private long _cell;

    public void Add(TriggerPosting posting)
    {
        Begin(posting.Cell, ((ulong)(posting.Rank - 1) << 1) | (uint)posting.Pole);
        Varint.Write(_bytes, (ulong)posting.Position);
        End(posting.Strength);
    }

    public void Add(ValuePosting posting)
    {
        Begin(posting.Cell, ((ulong)(posting.Rank - 1) << 2) | ((uint)posting.Pole << 1) | (uint)posting.Readout);
        End(posting.Strength);
    }

    public byte[] ToArray() => [.. _bytes];

    /// <summary>The triggers in a sentence; null where the blob is none.</summary>
    public static List<TriggerPosting>? Triggers(ReadOnlySpan<byte> blob, long cells)
    {
        var postings = new List<TriggerPosting>();
        long cell = 0;
        while (!blob.IsEmpty)
        {
            if (!TryBegin(ref blob, ref cell, cells, out long place)
                || !Varint.TryRead(ref blob, out long position)) return null;
            if (position > int.MaxValue || place >> 1 >= int.MaxValue
                || !TryEnd(ref blob, out float strength)) return null;
            postings.Add(new(cell, (Pole)(place & 1), (int)(place >> 1) + 1, (int)position, strength));
        }
        return postings;
    }

    /// <summary>The cells that promote a token; null where the blob is none.</summary>
    public static List<ValuePosting>? Values(ReadOnlySpan<byte> blob, long cells)
    {
        var postings = new List<ValuePosting>();
        long cell = 0;
        while (!blob.IsEmpty)
        {
            if (!TryBegin(ref blob, ref cell, cells, out long place) || place >> 2 >= int.MaxValue
                || !TryEnd(ref blob, out float strength)) return null;
            postings.Add(new(cell, (Pole)((place >> 1) & 1), (Readout)(place & 1), (int)(place >> 2) + 1, strength));
        }
        return postings;
    }

    private void Begin(long cell, ulong place)
    {
        Varint.Write(_bytes, (ulong)(cell - _cell));
        Varint.Write(_bytes, place);
        _cell = cell;
    }

    private void End(float strength)
    {
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, strength);
        _bytes.AddRange(bytes);
    }

    private static bool TryBegin(ref ReadOnlySpan<byte> blob, ref long cell, long cells, out long place)
    {
        place = 0;
        if (!Varint.TryRead(ref blob, out long step) || step >= cells - cell) return false;
        cell += step;
        return Varint.TryRead(ref blob, out place);
    }

    private static bool TryEnd(ref ReadOnlySpan<byte> blob, out float strength)
    {
        strength = 0;
        if (blob.Length < sizeof(float)) return false;
        strength = BinaryPrimitives.ReadSingleLittleEndian(blob);
        blob = blob[sizeof(float)..];
        return true;
    }
}
