namespace Loci.Tokenizers.Pipeline;

/// <summary>Rewrites a text before it is split.</summary>
internal abstract class Normalizer
{
    public abstract string Apply(string text);

    /// <summary>True when the first character that comes out stands where the first that went in stood.</summary>
    public virtual bool KeepsStart => true;
}

internal sealed class NormalizerSequence(IReadOnlyList<Normalizer> steps) : Normalizer
{
    public override string Apply(string text)
    {
        foreach (var step in steps) text = step.Apply(text);
        return text;
    }

    public override bool KeepsStart => steps.All(step => step.KeepsStart);
}

/// <summary>Puts a string before every text that is not empty.</summary>
internal sealed class PrependNormalizer(string prefix) : Normalizer
{
    public override string Apply(string text) => text.Length == 0 ? text : prefix + text;

    public override bool KeepsStart => false;
}

/// <summary>Replaces every match of a pattern.</summary>
internal sealed class ReplaceNormalizer(TextPattern pattern, string content) : Normalizer
{
    public override string Apply(string text) => pattern.Replace(text, content);

    public override bool KeepsStart => false;
}

/// <summary>
/// Lower-cases character by character, without regard to context, as Unicode's simple mappings and U+0130 do.
/// </summary>
internal sealed class LowercaseNormalizer : Normalizer
{
    public override string Apply(string text) =>
        // U+0130 is the only character whose lower case is two characters; the invariant culture leaves it alone.
        text.ToLowerInvariant().Replace("\u0130", "i\u0307", StringComparison.Ordinal);
}

/// <summary>Drops white space at the start of a text.</summary>
internal sealed class StripStartNormalizer : Normalizer
{
    public override string Apply(string text) => text.TrimStart();

    public override bool KeepsStart => false;
}
