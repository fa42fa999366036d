using Loci.Tokenizers;

namespace Loci.Models.Constructed;

/// <summary>What a cell of the constructed model was built to do.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Kind">Which sort of pattern fires it.</param>
/// <param name="Pattern">The suffix, or the words of the topic, as token ids; empty for a dead cell.</param>
/// <param name="Promotes">The token its value promotes.</param>
public sealed record ConstructedCell(CellId Cell, PatternKind Kind, IReadOnlyList<int> Pattern, int Promotes)
{
    /// <summary>
    /// A topic's cell fires where more than this share of the tokens so far, begin of sequence included, are its words.
    /// </summary>
    public const double TopicShare = 0.26;

    /// <summary>The coefficient the cell was built to have after a prefix, 0 where it does not fire.</summary>
    /// <param name="prefix">Token ids, without the beginning of sequence.</param>
    public double Coefficient(ReadOnlySpan<int> prefix)
    {
        switch (Kind)
        {
            case PatternKind.Suffix:
                if (prefix.Length < Pattern.Count) return 0;
                for (int i = 1; i <= Pattern.Count; i++)
                    if (prefix[^i] != Pattern[^i])
                        return 0;
                return 0.5;
            case PatternKind.Topic:
                int hits = 0;
                foreach (int token in prefix)
                    if (Pattern.Contains(token))
                        hits++;
                return Math.Max(0, 4 * ((double)hits / (prefix.Length + 1) - TopicShare));
            default:
                return 0;
        }
    }

    /// <summary>The cell in words: «fires on "once upon", promotes "a"».</summary>
    public string Describe(Tokenizer tokenizer)
    {
        string words = string.Join(' ', Pattern.Select(tokenizer.Piece));
        string fires = Kind switch
        {
            PatternKind.Suffix => $"fires on «… {words}»",
            PatternKind.Topic => $"fires where the text is about {words}",
            _ => "never fires",
        };
        return $"{fires}, promotes «{tokenizer.Piece(Promotes)}»";
    }
}

/// <summary>The sorts of pattern of the key-value paper, and none.</summary>
public enum PatternKind
{
    /// <summary>Shallow: the last one, two or three tokens decide.</summary>
    Suffix,

    /// <summary>Semantic: words of a topic anywhere in the prefix decide.</summary>
    Topic,

    /// <summary>A key that nothing meets.</summary>
    Dead,
}
