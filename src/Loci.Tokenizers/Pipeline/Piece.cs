namespace Loci.Tokenizers.Pipeline;

/// <summary>A stretch of normalised text on its way to the model.</summary>
/// <param name="Text">The characters, surrogates always in pairs.</param>
/// <param name="AtStart">True when it begins where the whole text begins.</param>
internal readonly record struct Piece(ReadOnlyMemory<char> Text, bool AtStart)
{
    public ReadOnlySpan<char> Span => Text.Span;

    public Piece Slice(int start, int end) => new(Text[start..end], AtStart && start == 0);
}
