using System.Text;

namespace Loci.Tokenizers.Models;

/// <summary>
/// SentencePiece's unigram language model (Kudo 2018, arXiv 1804.10959): the segmentation of highest total score, found
/// by Viterbi's algorithm in double precision; neighbouring unknown characters become one unknown token.
/// </summary>
internal sealed class UnigramModel : TokenModel
{
    private const double UnknownPenalty = 10;

    private readonly Dictionary<string, int> vocabulary;
    private readonly double[] scores; // [pieces]
    private readonly PieceTrie trie = new();
    private readonly int? unknown;
    private readonly double unknownScore;
    private readonly int?[]? bytePieces;
    private readonly WordCache cache = new();

    /// <param name="pieces">Every piece with its score, by id.</param>
    /// <param name="unknown">What stands for text without a piece, or null.</param>
    /// <param name="byteFallback">Such text becomes its bytes where all 256 have a piece.</param>
    /// <param name="matched">Whether a piece is looked for in a text; null: all are.</param>
    public UnigramModel(
        IReadOnlyList<(string Piece, double Score)> pieces, int? unknown, bool byteFallback,
        Func<int, bool>? matched = null)
    {
        this.unknown = unknown;
        vocabulary = new(pieces.Count, StringComparer.Ordinal);
        scores = [.. pieces.Select(piece => piece.Score)];
        for (int id = 0; id < pieces.Count; id++)
        {
            vocabulary.Add(pieces[id].Piece, id);
            if (pieces[id].Piece.Length > 0 && matched?.Invoke(id) != false) trie.Add(pieces[id].Piece, id);
        }
        unknownScore = scores.Where((_, id) => matched?.Invoke(id) != false).DefaultIfEmpty(double.PositiveInfinity)
            .Min() - UnknownPenalty;
        bytePieces = byteFallback ? BytePieces.Find(vocabulary) : null;
    }

    public override IReadOnlyDictionary<string, int> Vocabulary => vocabulary;

    public override int? Unknown => unknown;

    public override void Encode(ReadOnlySpan<char> piece, List<int> ids)
    {
        if (cache.TryGet(piece, ids)) return;
        int from = ids.Count;
        var best = Viterbi(piece);
        var cuts = new List<(int Start, int End, int Id)>();
        for (int end = piece.Length; end > 0;)
        {
            var (_, start, id) = best[end];
            if (id == unknown && cuts.Count > 0 && cuts[^1].Id == unknown) cuts[^1] = cuts[^1] with { Start = start };
            else cuts.Add((start, end, id));
            end = start;
        }
        for (int i = cuts.Count - 1; i >= 0; i--)
        {
            if (cuts[i].Id == unknown) AddUnknown(piece[cuts[i].Start..cuts[i].End], ids);
            else ids.Add(cuts[i].Id);
        }
        cache.Add(piece, ids, from);
    }

    /// <summary>
    /// For every place (UTF-16) the best way to get there: its score, where its last piece starts, and its id.
    /// </summary>
    private (double Score, int Start, int Id)[] Viterbi(ReadOnlySpan<char> text)
    {
        var best = new (double Score, int Start, int Id)[text.Length + 1];
        Array.Fill(best, (0, -1, 0));
        for (int start = 0, length; start < text.Length; start += length)
        {
            length = char.IsHighSurrogate(text[start]) ? 2 : 1;
            double here = best[start].Score;
            bool single = false;
            int node = 0;
            for (int end = start; end < text.Length && (node = trie.Child(node, text[end])) >= 0;)
            {
                end++;
                int id = trie.Value(node);
                if (id < 0) continue;
                Offer(best, end, scores[id] + here, start, id);
                single |= end == start + length;
            }
            if (single) continue;
            double score = unknownScore + here;
            if (best[start + length].Start >= 0 && score <= best[start + length].Score) continue;
            Offer(best, start + length, score, start, unknown
                ?? throw new UnsupportedException(
                    $"«{text.Slice(start, length)}» is not in the vocabulary, which has no unknown token"));
        }
        return best;
    }

    private static void Offer((double Score, int Start, int Id)[] best, int end, double score, int start, int id)
    {
        if (best[end].Start < 0 || score > best[end].Score) best[end] = (score, start, id);
    }

    private void AddUnknown(ReadOnlySpan<char> text, List<int> ids)
    {
        string whole = text.ToString();
        if (vocabulary.TryGetValue(whole, out int known))
        {
            ids.Add(known);
            return;
        }
        byte[] bytes = bytePieces is null ? [] : Encoding.UTF8.GetBytes(whole);
        if (bytes.Length > 0 && Array.TrueForAll(bytes, value => bytePieces![value] is not null))
            foreach (byte value in bytes) ids.Add(bytePieces![value]!.Value);
        else ids.Add(unknown!.Value);
    }
}
