namespace Loci.Atlas;

/// <summary>
/// The contents of an atlas, handed to <see cref="AtlasWriter"/> in the order it writes them, so that they need not be
/// held in memory twice: a finished build and a set of parts are both sources.
/// </summary>
public interface IAtlasSource
{
    /// <summary>What the atlas was made from.</summary>
    AtlasManifest Manifest { get; }

    /// <summary>Every token, in the order of its id; read once.</summary>
    IEnumerable<VocabularyToken> Vocabulary { get; }

    /// <summary>Every cell, by layer, then index; read once.</summary>
    IEnumerable<AtlasCell> Cells { get; }

    /// <summary>The sentences asked for, in that order.</summary>
    /// <param name="ids">
    /// Ascending, without repetition: all sentences that some trigger points at, and no other.
    /// </param>
    IEnumerable<AtlasSentence> Sentences(IReadOnlyList<long> ids);
}

/// <summary>A token of the vocabulary.</summary>
/// <param name="Text">Its text as it stands in running text, such as <c>" the"</c>.</param>
/// <param name="NextCount">How many prefixes of the corpus it followed: the base of the frequency baseline.</param>
public readonly record struct VocabularyToken(string Text, long NextCount);
