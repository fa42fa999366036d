using Loci.Atlas;
using Loci.Memory.Numerics;
using Loci.Models;

namespace Loci.Studies.Cells;

/// <summary>
/// Prefixes that fire a cell from weakly to strongly, drawn at random within bands: whoever sees the strongest alone
/// takes a cell for clearer than it is.
/// </summary>
/// <param name="Sentences">Sentences looked at.</param>
/// <param name="Prefixes">Their prefixes.</param>
/// <param name="Firing">Those that fire the pole.</param>
/// <param name="Bands">From weak to strong; empty where nothing fires it.</param>
internal sealed record CellBands(int Sentences, int Prefixes, int Firing, IReadOnlyList<CellBand> Bands)
{
    private const int Examples = 3;

    private static readonly double[] s_edges = [0, 0.5, 0.8, 0.95, 1];

    /// <summary>Looks at a sample of the atlas's sentences.</summary>
    public static CellBands Of(
        Model model, AtlasFile atlas, CellId cell, int seed, Compute compute)
    {
        var sample = SentenceSample.Draw(atlas, seed);
        float[][] m = CellPass.Coefficients(model, cell, sample, compute);
        (int Sentence, int Position)[] firing =
        [
            .. from s in Enumerable.Range(0, sample.Count)
               from t in Enumerable.Range(0, m[s].Length)
               where m[s][t] > 0
               orderby m[s][t], s, t
               select (s, t),
        ];
        var random = RandomStream.Of(seed, "examples of bands");
        var bands = new List<CellBand>();
        for (int b = 0; b + 1 < s_edges.Length && firing.Length > 0; b++)
        {
            int from = (int)(s_edges[b] * firing.Length), to = (int)Math.Ceiling(s_edges[b + 1] * firing.Length);
            if (to <= from) continue;
            int[] drawn = [.. Enumerable.Range(from, to - from)];
            random.Shuffle(drawn);
            bands.Add(new(
                s_edges[b], s_edges[b + 1], Of(firing[from]), Of(firing[to - 1]),
                [
                    .. drawn.Take(Examples).Order().Select(i => new ShadedSentence(
                        sample[firing[i].Sentence], firing[i].Position, m[firing[i].Sentence])),
                ]));
        }
        return new(sample.Count, m.Sum(sentence => sentence.Length), firing.Length, bands);

        float Of((int Sentence, int Position) at) => m[at.Sentence][at.Position];
    }
}

/// <summary>A band of firing prefixes.</summary>
/// <param name="From">Share of the firing prefixes that fire less.</param>
/// <param name="To">Share that fire no more.</param>
/// <param name="Least">The smallest magnitude.</param>
/// <param name="Most">The largest.</param>
/// <param name="Examples">Prefixes drawn at random from it, weak ones first.</param>
internal sealed record CellBand(
    double From, double To, float Least, float Most, IReadOnlyList<ShadedSentence> Examples);

/// <summary>A sentence and how far a cell fires after each of its tokens.</summary>
/// <param name="Sentence">The sentence.</param>
/// <param name="Position">The token meant.</param>
/// <param name="Coefficients">As magnitudes at the pole meant. [tokens]</param>
internal sealed record ShadedSentence(AtlasSentence Sentence, int Position, IReadOnlyList<float> Coefficients);
