using System.Text;
using Loci.Tokenizers.Models;
using Loci.Tokenizers.Pipeline;

namespace Loci.Tokenizers.SentencePiece;

/// <summary>
/// What a SentencePiece model holds (Kudo and Richardson 2018, arXiv 1808.06226), from whichever file, and the
/// tokenizer it makes. Control pieces are found in a text by their spelling, as transformers and llama.cpp do.
/// </summary>
internal sealed record SentencePieces
{
    /// <summary>Longer pieces would make the search slow on hostile text.</summary>
    private const int LongestPiece = 1024;

    /// <summary>The file, for messages.</summary>
    public required string Path { get; init; }

    /// <summary>Every piece by id.</summary>
    public required IReadOnlyList<VocabularyPiece> Pieces { get; init; }

    /// <summary>A unigram language model; else byte pair encoding by scores.</summary>
    public bool Unigram { get; init; }

    /// <summary>A space is put before a text.</summary>
    public bool AddsSpace { get; init; } = true;

    /// <summary>Leading, trailing and repeated spaces are dropped.</summary>
    public bool DropsExtraSpaces { get; init; }

    /// <summary>What stands for text without a piece, or null.</summary>
    public int? Unknown { get; init; }

    /// <summary>What begins and ends a sequence.</summary>
    public required SequenceMarks Marks { get; init; }

    /// <summary>What the files beside it say of tokens.</summary>
    public TokenSettings Settings { get; init; } = TokenSettings.None;

    /// <summary>The tokenizer.</summary>
    /// <exception cref="InvalidFileException">A piece is there twice, or an id has no piece.</exception>
    /// <exception cref="UnsupportedException">The pieces ask for what is not implemented exactly.</exception>
    public Tokenizer Build()
    {
        var vocabulary = Vocabulary();
        foreach (int? id in (int?[])[Unknown, Marks.Begin, Marks.End])
            if (id is { } stated && (uint)stated >= (uint)Pieces.Count)
                throw new InvalidFileException(Path, $"names the token {stated}, but has {Pieces.Count}");
        var added = new List<AddedToken>();
        for (int id = 0; id < Pieces.Count; id++)
            if (Pieces[id] is { Text.Length: > 0, Use: PieceUse.Control or PieceUse.UserDefined or PieceUse.Unknown }
                piece && (piece.Use != PieceUse.UserDefined || !Unigram))
                added.Add(new(piece.Text, id, piece.Use != PieceUse.UserDefined)
                {
                    Normalized = piece.Use == PieceUse.UserDefined,
                });
        AddedTokenReader.Join(added, Settings, vocabulary);
        var (plain, normalized) = AddedTokenReader.Matchers(
            added, new SpaceNormalizer(dropsExtra: false, prefix: false), new(default, Path, ""));
        TokenModel model = Unigram ? UnigramModel() : BpeModel(vocabulary);
        return new PipelineTokenizer(new(added, plain, normalized, new SpaceNormalizer(DropsExtraSpaces, AddsSpace),
            new PreTokenizerSequence([]), model, Decoder(), Marks));
    }

    private Dictionary<string, int> Vocabulary()
    {
        var vocabulary = new Dictionary<string, int>(Pieces.Count, StringComparer.Ordinal);
        for (int id = 0; id < Pieces.Count; id++)
        {
            var piece = Pieces[id];
            if (!float.IsFinite(piece.Score))
                throw new InvalidFileException(Path, $"the score of the token {id} is {piece.Score}");
            if (piece.Text.Length > LongestPiece)
                throw new UnsupportedException(
                    $"{Path}: the token {id} has more than {LongestPiece} characters.");
            if (piece.Use == PieceUse.Unused || piece.Text.Length == 0) continue;
            if (!vocabulary.TryAdd(piece.Text, id))
                throw new InvalidFileException(
                    Path, $"{ErrorText.Quote(piece.Text)} is the token {vocabulary[piece.Text]} and {id}");
        }
        return vocabulary;
    }

    private UnigramModel UnigramModel()
    {
        if (Pieces.Any(piece => piece.Use == PieceUse.Unused || piece.Text.Length == 0))
            throw new UnsupportedException($"{Path}: unused pieces of a unigram model are not implemented.");
        var plain = Pieces.Where(piece => piece.Use == PieceUse.Normal).ToList();
        double most = plain.Count == 0 ? 0 : plain.Max(piece => piece.Score);
        // A piece of the user's is all but certain to win over what it is made of.
        return new([.. Pieces.Select(piece => (piece.Text, piece.Use == PieceUse.UserDefined
                ? Encoding.UTF8.GetByteCount(piece.Text) * most - 0.1
                : piece.Score))],
            Unknown, HasBytes, id => Pieces[id].Use is PieceUse.Normal or PieceUse.UserDefined);
    }

    private bool HasBytes => Pieces.Any(piece => piece.Use == PieceUse.Byte);

    // Any two neighbours whose text together is a piece are merged, the highest score first.
    private BpeModel BpeModel(Dictionary<string, int> vocabulary)
    {
        var scores = Pieces.Where(piece => piece.Use == PieceUse.Normal).Select(piece => piece.Score).Distinct()
            .OrderDescending().ToList();
        var ranks = new Dictionary<float, int>(scores.Select((score, rank) => KeyValuePair.Create(score, rank)));
        var merges = new List<(string, string, int)>();
        foreach (var piece in Pieces)
        {
            if (piece.Use != PieceUse.Normal) continue;
            for (int cut = 0; cut < piece.Text.Length; cut += char.IsHighSurrogate(piece.Text[cut]) ? 2 : 1)
            {
                int next = Math.Min(cut + (char.IsHighSurrogate(piece.Text[cut]) ? 2 : 1), piece.Text.Length);
                if (next - cut < piece.Text.Length && !Mergeable(piece.Text[cut..next]))
                    throw new UnsupportedException(
                        $"{Path}: the token {ErrorText.Quote(piece.Text)} holds a character that is no token itself, "
                        + "which byte pair encoding by scores does not implement.");
                if (cut > 0 && Mergeable(piece.Text[..cut]) && Mergeable(piece.Text[cut..]))
                    merges.Add((piece.Text[..cut], piece.Text[cut..], ranks[piece.Score]));
            }
        }
        return new(vocabulary, merges, new()
        {
            ByteFallback = HasBytes, Unknown = Unknown is { } id ? Pieces[id].Text : null, FuseUnknown = true,
        });

        bool Mergeable(string text) => vocabulary.TryGetValue(text, out int id)
            && Pieces[id].Use is PieceUse.Normal or PieceUse.UserDefined;
    }

    private TokenDecoder Decoder()
    {
        var decoder = new TokenDecoder { ByteFallback = HasBytes, Strip = AddsSpace ? (" "u8.ToArray(), 1) : ([], 0) };
        decoder.Rewrites.Add((token, _) => token.Replace('▁', ' '));
        return decoder;
    }
}
