using System.Text;
using Loci.Tokenizers.Pipeline;

namespace Loci.Tokenizers.SentencePiece;

/// <summary>
/// SentencePiece's way with spaces: superfluous ones dropped as told, «▁» before the text as told, and for every space.
/// </summary>
internal sealed class SpaceNormalizer(bool dropsExtra, bool prefix) : Normalizer
{
    public override bool KeepsStart => false;

    public override string Apply(string text)
    {
        if (dropsExtra) text = Single(text.Trim(' '));
        if (text.Length > 0 && prefix) text = "▁" + text;
        return text.Replace(' ', '▁');
    }

    private static string Single(string text)
    {
        if (!text.Contains("  ", StringComparison.Ordinal)) return text;
        var single = new StringBuilder(text.Length);
        foreach (char character in text)
            if (character != ' ' || single[^1] != ' ') single.Append(character);
        return single.ToString();
    }
}
