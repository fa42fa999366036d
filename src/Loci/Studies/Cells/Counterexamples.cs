using Loci.Atlas;
using Loci.Models;

namespace Loci.Studies.Cells;

/// <summary>
/// Whether the ending that a cell's triggers share fires it wherever it stands: prefixes with the ending that leave the
/// cell silent speak against what the triggers suggest.
/// </summary>
/// <param name="Ending">Token ids that most triggers end with; empty: they share none.</param>
/// <param name="Text">The ending as text.</param>
/// <param name="Triggers">Triggers that end so.</param>
/// <param name="OfTriggers">Of how many.</param>
/// <param name="Holding">Prefixes with the ending that were looked at.</param>
/// <param name="Silent">Of those, the ones that do not fire the pole.</param>
/// <param name="Examples">Some of the silent ones.</param>
internal sealed record Counterexamples(
    IReadOnlyList<int> Ending, string Text, int Triggers, int OfTriggers, int Holding, int Silent,
    IReadOnlyList<ShadedSentence> Examples)
{
    private const int LongestEnding = 3, MostSentences = 200, MostExamples = 5;
    private const double LeastShare = 0.5;

    /// <summary>Looks at sentences of the atlas that hold the ending.</summary>
    public static Counterexamples Of(
        Model model, AtlasFile atlas, CellId cell, Compute compute)
    {
        AtlasSentence[] of = [.. atlas.Triggers(cell).Select(atlas.Sentence)];
        int[] at = [.. atlas.Triggers(cell).Select(trigger => trigger.Position)];
        var (ending, count) = Shared(of, at);
        if (ending.Length == 0) return new([], "", 0, of.Length, 0, 0, []);
        string text = string.Concat(ending.Select(id => atlas.Token(id).Text));
        var sentences = atlas.SentencesWith(text.Trim(), MostSentences);
        float[][] m = CellPass.Coefficients(model, cell, sentences, compute);
        int holding = 0;
        List<ShadedSentence> silent = [];
        for (int s = 0; s < sentences.Count; s++)
            for (int t = ending.Length - 1; t < m[s].Length; t++)
            {
                if (!EndsWith(sentences[s].Tokens, t, ending)) continue;
                holding++;
                if (m[s][t] <= 0) silent.Add(new(sentences[s], t, m[s]));
            }
        return new(
            ending, text, count, of.Length, holding, silent.Count,
            [.. silent.DistinctBy(example => example.Sentence.Prefix(example.Position)).Take(MostExamples)]);
    }

    // The longest ending that at least half of the triggers share.
    private static (int[] Ending, int Count) Shared(AtlasSentence[] of, int[] at)
    {
        for (int length = LongestEnding; length > 0; length--)
        {
            var best = Enumerable.Range(0, of.Length).Where(i => at[i] + 1 >= length)
                .GroupBy(i => string.Join(',', of[i].Tokens.Skip(at[i] + 1 - length).Take(length)))
                .OrderByDescending(same => same.Count()).ThenBy(same => same.Key, StringComparer.Ordinal)
                .FirstOrDefault();
            if (best is null || best.Count() < LeastShare * of.Length) continue;
            int first = best.First();
            return ([.. of[first].Tokens.Skip(at[first] + 1 - length).Take(length)], best.Count());
        }
        return ([], 0);
    }

    private static bool EndsWith(IReadOnlyList<int> tokens, int position, int[] ending)
    {
        for (int i = 0; i < ending.Length; i++)
            if (tokens[position - i] != ending[^(i + 1)]) return false;
        return true;
    }
}
