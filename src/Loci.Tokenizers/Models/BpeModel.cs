using System.Buffers;
using System.Text;

namespace Loci.Tokenizers.Models;

/// <summary>What a byte pair encoding's description says beside vocabulary and merges.</summary>
internal sealed record BpeOptions
{
    public string? Unknown { get; init; }
    public bool FuseUnknown { get; init; }
    public bool ByteFallback { get; init; }
    public bool IgnoreMerges { get; init; }
    public string ContinuingPrefix { get; init; } = "";
    public string EndSuffix { get; init; } = "";

    /// <summary>
    /// True when a piece arrives as text and is to be written in the <see cref="ByteAlphabet"/> first.
    /// </summary>
    public bool ByteLevel { get; init; }
}

/// <summary>
/// Byte pair encoding (Sennrich et al. 2016, arXiv 1508.07909) as Hugging Face defines it, with SentencePiece's byte
/// fallback: characters become symbols, then the merges apply.
/// </summary>
internal sealed class BpeModel : TokenModel
{
    private readonly Dictionary<string, int> vocabulary;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> bySpan;
    private readonly PairMerges merges;
    private readonly BpeOptions options;
    private readonly int?[] bytePieces;
    private readonly int? unknown;
    private readonly bool splitsAtMetaspace;
    private readonly WordCache cache = new();

    /// <param name="vocabulary">Token to id.</param>
    /// <param name="merges">
    /// Pairs of tokens whose concatenation (less the prefix of the second) is a token, by rank.
    /// </param>
    /// <param name="options">The rest.</param>
    public BpeModel(
        Dictionary<string, int> vocabulary, IReadOnlyList<(string Left, string Right)> merges, BpeOptions options)
        : this(vocabulary, [.. merges.Select((merge, rank) => (merge.Left, merge.Right, rank))], options)
    {
    }

    /// <summary>The same with ranks that several pairs may share: of these the leftmost is merged first.</summary>
    public BpeModel(
        Dictionary<string, int> vocabulary, IReadOnlyList<(string Left, string Right, int Rank)> merges,
        BpeOptions options)
    {
        this.vocabulary = vocabulary;
        this.options = options;
        bySpan = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        bytePieces = BytePieces.Find(vocabulary);
        unknown = options.Unknown is { } name && vocabulary.TryGetValue(name, out int id) ? id : null;
        this.merges = new(merges.Count);
        foreach (var (left, right, rank) in merges)
        {
            string whole = string.Concat(left, right.AsSpan(options.ContinuingPrefix.Length));
            this.merges.Add(vocabulary[left], vocabulary[right], rank, vocabulary[whole]);
        }
        // Where no merge reaches from a character into a «▁» after it, a text can be cut before every such «▁» without
        // any change of the result, and the words between are few and short.
        splitsAtMetaspace = options is { ByteLevel: false, IgnoreMerges: false, ContinuingPrefix: "", EndSuffix: "" }
            && vocabulary.ContainsKey("▁")
            && !merges.Any(merge => merge.Right.StartsWith('▁') && !merge.Left.EndsWith('▁'));
    }

    public override IReadOnlyDictionary<string, int> Vocabulary => vocabulary;

    public override int? Unknown => unknown;

    public override void Encode(ReadOnlySpan<char> piece, List<int> ids)
    {
        while (splitsAtMetaspace)
        {
            int cut = piece.IndexOfAnyExcept('▁');
            int word = cut < 0 ? -1 : piece[cut..].IndexOf('▁');
            if (word < 0) break;
            EncodeWord(piece[..(cut + word)], ids);
            piece = piece[(cut + word)..];
        }
        EncodeWord(piece, ids);
    }

    private void EncodeWord(ReadOnlySpan<char> word, List<int> ids)
    {
        if (cache.TryGet(word, ids)) return;
        int from = ids.Count;
        var symbols = options.ByteLevel ? ByteAlphabet.Write(word) : word;
        if (options.IgnoreMerges && bySpan.TryGetValue(symbols, out int whole)) ids.Add(whole);
        else Merge(symbols, ids);
        cache.Add(word, ids, from);
    }

    private void Merge(ReadOnlySpan<char> word, List<int> ids)
    {
        // Every character gives one symbol, or one for each of its UTF-8 bytes and those of prefix and suffix.
        int most = Encoding.UTF8.GetByteCount(word) + options.EndSuffix.Length * 3
            + (options.ContinuingPrefix.Length == 0 ? 0 : options.ContinuingPrefix.Length * 3 * word.Length);
        int[] symbols = ArrayPool<int>.Shared.Rent(most);
        try
        {
            merges.Apply(symbols.AsSpan(0, Symbols(word, symbols)), ids);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(symbols);
        }
    }

    private int Symbols(ReadOnlySpan<char> word, int[] symbols)
    {
        int count = 0;
        bool pending = false; // an unknown symbol that later ones may still fuse with
        for (int at = 0, length; at < word.Length; at += length)
        {
            length = char.IsHighSurrogate(word[at]) ? 2 : 1;
            var character = word.Slice(at, length);
            bool last = at + length == word.Length;
            if ((at > 0 && options.ContinuingPrefix.Length > 0) || (last && options.EndSuffix.Length > 0))
                character = string.Concat(
                    at > 0 ? options.ContinuingPrefix : "", character, last ? options.EndSuffix : "");

            if (bySpan.TryGetValue(character, out int id))
            {
                if (pending) symbols[count++] = unknown!.Value;
                pending = false;
                symbols[count++] = id;
            }
            else if (options.ByteFallback && TryBytes(character, symbols, ref count))
            {
                // A pending unknown symbol comes after these, as in the original.
            }
            else if (options.Unknown is not null)
            {
                if (unknown is null)
                    throw new UnsupportedException(
                        $"«{character}» is not in the vocabulary, nor is the unknown token «{options.Unknown}»");
                if (pending && !options.FuseUnknown) symbols[count++] = unknown.Value;
                pending = true;
            }
        }
        if (pending) symbols[count++] = unknown!.Value;
        return count;
    }

    private bool TryBytes(ReadOnlySpan<char> character, int[] symbols, ref int count)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(character.ToString());
        foreach (byte value in bytes)
            if (bytePieces[value] is null) return false;
        foreach (byte value in bytes) symbols[count++] = bytePieces[value]!.Value;
        return true;
    }
}
