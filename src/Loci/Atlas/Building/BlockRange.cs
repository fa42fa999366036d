namespace Loci.Atlas.Building;

/// <summary>Blocks of sentences of a <see cref="Text.SentenceIndex"/>: the unit in which work is given out.</summary>
/// <param name="First">The first block.</param>
/// <param name="End">Behind the last.</param>
internal readonly record struct BlockRange(int First, int End)
{
    /// <summary>Blocks in it.</summary>
    public int Count => End - First;

    /// <inheritdoc/>
    public override string ToString() => $"blocks {First} to {End - 1}";
}
