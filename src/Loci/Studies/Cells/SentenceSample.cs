using Loci.Atlas;
using Loci.Memory.Numerics;

namespace Loci.Studies.Cells;

/// <summary>
/// Sentences drawn at random from those an atlas keeps, whatever the cell that is looked at: each is kept since it
/// fires some cell strongly, so that strong firing is a little more frequent in them than in the whole text.
/// </summary>
internal static class SentenceSample
{
    private const int MostSentences = 400, MostTokens = 8000;

    /// <summary>The sample, in the order of the text.</summary>
    /// <param name="atlas">The atlas.</param>
    /// <param name="seed">Decides the sample.</param>
    public static IReadOnlyList<AtlasSentence> Draw(AtlasFile atlas, int seed)
    {
        var random = RandomStream.Of(seed, "sentences of cells");
        var drawn = new SortedDictionary<long, AtlasSentence>();
        int tokens = 0;
        for (int tries = 0; tries < 2 * MostSentences && drawn.Count < MostSentences && tokens < MostTokens; tries++)
            if (atlas.SentenceFrom(random.NextInt64(Math.Max(1, atlas.Manifest.Sentences))) is { } sentence
                && drawn.TryAdd(sentence.Id, sentence))
                tokens += sentence.Tokens.Count;
        return [.. drawn.Values];
    }
}
