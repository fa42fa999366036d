using System.Buffers.Binary;
using Loci.Memory.Recall;

namespace Loci.Atlas.Storage;

/// <summary>The fixed-size encodings inside blobs, all little-endian; decoders check sizes, never trust them.</summary>
internal static class Blobs
{
    private const int TriggerBytes = 12;
    private const int TokenBytes = 8;

    /// <summary>Per trigger: coefficient (float32), sentence (uint32), position (uint32).</summary>
    public static byte[] Triggers(IReadOnlyList<Trigger> triggers)
    {
        var blob = new byte[triggers.Count * TriggerBytes];
        for (int i = 0; i < triggers.Count; i++)
        {
            var at = blob.AsSpan(i * TriggerBytes);
            BinaryPrimitives.WriteSingleLittleEndian(at, triggers[i].Coefficient);
            BinaryPrimitives.WriteUInt32LittleEndian(at[4..], checked((uint)triggers[i].Sentence));
            BinaryPrimitives.WriteUInt32LittleEndian(at[8..], checked((uint)triggers[i].Position));
        }
        return blob;
    }

    public static Trigger[]? Triggers(ReadOnlySpan<byte> blob)
    {
        if (blob.Length % TriggerBytes != 0) return null;
        var triggers = new Trigger[blob.Length / TriggerBytes];
        for (int i = 0; i < triggers.Length; i++)
        {
            var at = blob[(i * TriggerBytes)..];
            uint position = BinaryPrimitives.ReadUInt32LittleEndian(at[8..]);
            if (position > int.MaxValue) return null;
            triggers[i] = new(
                BinaryPrimitives.ReadSingleLittleEndian(at), BinaryPrimitives.ReadUInt32LittleEndian(at[4..]),
                (int)position);
        }
        return triggers;
    }

    /// <summary>Per token: id (uint32), logit (float32).</summary>
    public static byte[] Scores(IReadOnlyList<ScoredToken> tokens)
    {
        var blob = new byte[tokens.Count * TokenBytes];
        for (int i = 0; i < tokens.Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(blob.AsSpan(i * TokenBytes), tokens[i].Id);
            BinaryPrimitives.WriteSingleLittleEndian(blob.AsSpan(i * TokenBytes + 4), tokens[i].Logit);
        }
        return blob;
    }

    public static ScoredToken[]? Scores(ReadOnlySpan<byte> blob, int vocabulary)
    {
        if (blob.Length % TokenBytes != 0 || blob.Length == 0) return null;
        var tokens = new ScoredToken[blob.Length / TokenBytes];
        for (int i = 0; i < tokens.Length; i++)
        {
            int id = BinaryPrimitives.ReadInt32LittleEndian(blob[(i * TokenBytes)..]);
            if (id < 0 || id >= vocabulary) return null;
            tokens[i] = new(id, BinaryPrimitives.ReadSingleLittleEndian(blob[(i * TokenBytes + 4)..]));
        }
        return tokens;
    }

    /// <summary>A sum, see <see cref="ExactSum.Write"/>.</summary>
    public static byte[] Sum(ExactSum value)
    {
        var blob = new byte[ExactSum.Bytes];
        value.Write(blob);
        return blob;
    }

    public static ExactSum? Sum(ReadOnlySpan<byte> blob)
    {
        if (blob.Length != ExactSum.Bytes) return null;
        try
        {
            return ExactSum.Read(blob);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
