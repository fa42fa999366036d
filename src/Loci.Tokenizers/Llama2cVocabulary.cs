using System.Buffers.Binary;
using System.Text;
using Loci.Tokenizers.Models;

namespace Loci.Tokenizers;

/// <summary>
/// The contents of llama2.c's <c>tokenizer.bin</c>, little-endian: the greatest length of a piece (int32), then for
/// every piece its score (float32), its length in bytes (int32) and its bytes.
/// </summary>
/// <param name="Pieces">The bytes of every piece.</param>
/// <param name="Scores">The score of every piece.</param>
internal sealed record Llama2cVocabulary(byte[][] Pieces, float[] Scores)
{
    private const int LongestPiece = 1024;
    private const int LeastPieces = 3 + 256; // unknown, begin, end and the bytes

    /// <summary>Only pieces with a score above this are merged to.</summary>
    private const float LeastScore = -1e10f;

    public static Llama2cVocabulary Read(ReadOnlySpan<byte> file, string path, int vocabularySize)
    {
        FileKind.Refuse(file, path, "a tokenizer of llama2.c", FileKind.Utf16, FileKind.Utf32);
        if (vocabularySize < LeastPieces)
            throw new InvalidFileException(
                path, $"{vocabularySize} pieces are less than {LeastPieces}: no room for the bytes");
        if (file.Length < 4 + 8L * vocabularySize)
            throw new InvalidFileException(
                path, $"{file.Length} bytes are too few for {vocabularySize} pieces", file.Length);
        int longest = BinaryPrimitives.ReadInt32LittleEndian(file);
        if (longest is < 1 or > LongestPiece)
            throw new InvalidFileException(path, $"the greatest length is {longest}, not in 1..{LongestPiece}", 0);

        var pieces = new byte[vocabularySize][];
        var scores = new float[vocabularySize];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        int at = 4;
        for (int id = 0; id < vocabularySize; id++)
        {
            if (file.Length - at < 8)
                throw new InvalidFileException(path, $"ends at piece {id} of {vocabularySize}", at);
            scores[id] = BinaryPrimitives.ReadSingleLittleEndian(file[at..]);
            int length = BinaryPrimitives.ReadInt32LittleEndian(file[(at + 4)..]);
            if (float.IsNaN(scores[id]))
                throw new InvalidFileException(path, $"the score of piece {id} is not a number", at);
            if (length < 0 || length > longest)
                throw new InvalidFileException(path, $"piece {id} has {length} bytes, not 0..{longest}", at + 4);
            at += 8;
            if (file.Length - at < length)
                throw new InvalidFileException(path, $"ends within piece {id} of {vocabularySize}", at);
            pieces[id] = file.Slice(at, length).ToArray();
            if (pieces[id].Contains((byte)0)) throw new InvalidFileException(path, $"piece {id} contains a NUL", at);
            // run.c finds either of two equal pieces, by chance.
            if (length > 0 && !seen.Add(Latin(pieces[id])))
                throw new InvalidFileException(path, $"piece {id} is there twice", at);
            at += length;
        }
        if (at != file.Length) throw new InvalidFileException(path, $"holds more than {vocabularySize} pieces", at);
        return new(pieces, scores);
    }

    /// <summary>
    /// Every pair of pieces whose concatenation is a piece, ranked by its score; equal scores have the same rank, so
    /// that the leftmost is merged first.
    /// </summary>
    /// <param name="cutsAtSpaces">True when no pair reaches from something else into a space.</param>
    public PairMerges Merges(out bool cutsAtSpaces)
    {
        cutsAtSpaces = true;
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int id = 0; id < Pieces.Length; id++)
            if (Pieces[id].Length > 0) ids[Latin(Pieces[id])] = id;
        var bySpan = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        float[] ordered = [.. Scores.Where(score => score > LeastScore).Distinct().OrderDescending()];
        var ranks = new Dictionary<float, int>();
        for (int rank = 0; rank < ordered.Length; rank++) ranks[ordered[rank]] = rank;

        var merges = new PairMerges(Pieces.Length);
        foreach (var (piece, id) in ids)
        {
            if (!ranks.TryGetValue(Scores[id], out int rank)) continue;
            for (int cut = 1; cut < piece.Length; cut++)
            {
                if (!bySpan.TryGetValue(piece.AsSpan(0, cut), out int left)) continue;
                if (!bySpan.TryGetValue(piece.AsSpan(cut), out int right)) continue;
                merges.Add(left, right, rank, id);
                cutsAtSpaces &= piece[cut] != ' ' || piece[cut - 1] == ' ';
            }
        }
        return merges;
    }

    private static string Latin(byte[] piece) => Encoding.Latin1.GetString(piece);
}
