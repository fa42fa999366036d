using Loci.Tokenizers.Patterns;

namespace Loci.Tokenizers.Pipeline;

/// <summary>Cuts a normalised text into the pieces the model sees.</summary>
internal abstract class PreTokenizer
{
    /// <summary>Appends the pieces one piece becomes; empty ones are left out.</summary>
    public abstract void Split(Piece piece, List<Piece> into);

    /// <summary>True when it asks whether a piece begins the text.</summary>
    public virtual bool AsksForStart => false;
}

/// <summary>One after another, each on the pieces of the one before.</summary>
internal sealed class PreTokenizerSequence(IReadOnlyList<PreTokenizer> steps) : PreTokenizer
{
    public IReadOnlyList<PreTokenizer> Steps => steps;

    public override bool AsksForStart => steps.Any(step => step.AsksForStart);

    public override void Split(Piece piece, List<Piece> into)
    {
        var pieces = new List<Piece> { piece };
        var next = new List<Piece>();
        foreach (var step in steps)
        {
            next.Clear();
            foreach (var one in pieces) step.Split(one, next);
            (pieces, next) = (next, pieces);
        }
        into.AddRange(pieces);
    }
}

/// <summary>Cuts at the matches of a pattern.</summary>
internal sealed class SplitPreTokenizer(TextPattern pattern, Delimiter delimiter, bool invert) : PreTokenizer
{
    public override void Split(Piece piece, List<Piece> into)
    {
        var text = piece.Span;
        var cutter = new Cutter(piece, delimiter, into);
        var scan = new ScalarRegexScan(text.Length);
        int at = 0;
        while (pattern.Next(text, at, ref scan, out int start, out int end))
        {
            if (start > at) cutter.Add(at, start, invert);
            cutter.Add(start, end, !invert);
            at = end;
        }
        if (at < text.Length) cutter.Add(at, text.Length, invert);
        cutter.Finish();
    }
}

/// <summary>Cuts at single characters of a class.</summary>
internal sealed class CharacterPreTokenizer(CharacterClass characters, Delimiter delimiter) : PreTokenizer
{
    public override void Split(Piece piece, List<Piece> into)
    {
        var text = piece.Span;
        var cutter = new Cutter(piece, delimiter, into);
        int start = 0;
        for (int at = 0; at < text.Length;)
        {
            int end = characters.Span(text, at, 1, out int count);
            if (count == 0)
            {
                at += char.IsHighSurrogate(text[at]) ? 2 : 1;
                continue;
            }
            if (at > start) cutter.Add(start, at, false);
            cutter.Add(at, end, true);
            start = at = end;
        }
        if (start < text.Length) cutter.Add(start, text.Length, false);
        cutter.Finish();
    }
}

/// <summary>Writes the bytes of pieces in GPT-2's alphabet, where something follows that must see them so.</summary>
internal sealed class ByteAlphabetPreTokenizer : PreTokenizer
{
    public override void Split(Piece piece, List<Piece> into) =>
        into.Add(new(Models.ByteAlphabet.Write(piece.Span).AsMemory(), piece.AtStart));
}

/// <summary>Puts a space before a piece that has none.</summary>
internal sealed class SpacePrefixPreTokenizer : PreTokenizer
{
    public override void Split(Piece piece, List<Piece> into) =>
        into.Add(piece.Span[0] == ' ' ? piece : new(string.Concat(" ", piece.Span).AsMemory(), piece.AtStart));
}

/// <summary>
/// SentencePiece's way with spaces: «▁» for every space and, as told, before the text; cut before each.
/// </summary>
internal sealed class MetaspacePreTokenizer(string replacement, MetaspacePrefix prefix, bool split) : PreTokenizer
{
    private readonly SplitPreTokenizer? cut = split ? new(new(replacement), Delimiter.MergedWithNext, false) : null;

    public override bool AsksForStart => prefix == MetaspacePrefix.First;

    public override void Split(Piece piece, List<Piece> into)
    {
        string text = piece.Text.ToString().Replace(" ", replacement, StringComparison.Ordinal);
        bool prepends = prefix == MetaspacePrefix.Always || (prefix == MetaspacePrefix.First && piece.AtStart);
        if (prepends && !text.StartsWith(replacement, StringComparison.Ordinal)) text = replacement + text;
        var whole = new Piece(text.AsMemory(), piece.AtStart);
        if (cut is null) into.Add(whole);
        else cut.Split(whole, into);
    }
}

internal enum MetaspacePrefix
{
    Always,
    First,
    Never,
}
