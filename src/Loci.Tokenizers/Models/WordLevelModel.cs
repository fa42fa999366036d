namespace Loci.Tokenizers.Models;

/// <summary>Every piece is a token, or the unknown token.</summary>
internal sealed class WordLevelModel : TokenModel
{
    private readonly Dictionary<string, int> vocabulary;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> bySpan;
    private readonly string unknown;
    private readonly int? unknownId;

    public WordLevelModel(Dictionary<string, int> vocabulary, string unknown)
    {
        this.vocabulary = vocabulary;
        this.unknown = unknown;
        bySpan = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        unknownId = vocabulary.TryGetValue(unknown, out int id) ? id : null;
    }

    public override IReadOnlyDictionary<string, int> Vocabulary => vocabulary;

    public override int? Unknown => unknownId;

    public override void Encode(ReadOnlySpan<char> piece, List<int> ids) =>
        ids.Add(bySpan.TryGetValue(piece, out int id) ? id
            : unknownId ?? throw new UnsupportedException(
                $"«{piece}» is not in the vocabulary, nor is the unknown token «{unknown}»"));
}
