using Loci.Memory.Numerics;

namespace Loci.Models.Gradients;

/// <summary>The value of a loss, term by term, and its gradient by the scores.</summary>
internal static class ObjectiveSlopes
{
    /// <summary>The terms' values, weights included.</summary>
    /// <param name="objective">The loss.</param>
    /// <param name="logits">[rows of the loss, vocabulary]</param>
    /// <param name="vocabulary">Length of a row.</param>
    /// <param name="losses">Receives the value of each term.</param>
    /// <returns>Their sum.</returns>
    public static double Losses(Objective objective, ReadOnlySpan<float> logits, int vocabulary, List<double> losses)
    {
        losses.Clear();
        double sum = 0;
        int row = -1;
        float log = 0;
        for (int i = 0; i < objective.Terms.Count; i++)
        {
            var term = objective.Terms[i];
            var scores = logits.Slice(term.Row * vocabulary, vocabulary);
            if (row != term.Row && term.Kind != TermKind.Score) (row, log) = (term.Row, Reductions.LogSumExp(scores));
            double loss = term.Weight * term.Kind switch
            {
                TermKind.Target => (double)log - scores[term.Token],
                TermKind.Score => scores[term.Token],
                _ => Divergence(term.Given!, scores, log),
            };
            losses.Add(loss);
            sum += loss;
        }
        return sum;
    }

    /// <summary>The gradient by the scores.</summary>
    /// <param name="objective">The loss.</param>
    /// <param name="logits">[rows of the loss, vocabulary]</param>
    /// <param name="slopes">Overwritten. [rows of the loss, vocabulary]</param>
    /// <param name="vocabulary">Length of a row.</param>
    public static void Compute(
        Objective objective, ReadOnlySpan<float> logits, Span<float> slopes, int vocabulary)
    {
        for (int r = 0; r < objective.Rows.Count; r++)
        {
            var row = slopes.Slice(r * vocabulary, vocabulary);
            double share = 0; // of the model's distribution
            for (int i = 0; i < objective.Terms.Count; i++)
            {
                var term = objective.Terms[i];
                if (term.Row != r || term.Kind == TermKind.Score) continue;
                share += term.Weight * (term.Kind == TermKind.Target ? 1 : Mass(term.Given!));
            }
            if (share == 0) row.Clear();
            else
            {
                logits.Slice(r * vocabulary, vocabulary).CopyTo(row);
                Softmax.Apply(row);
                Elementwise.Scale(row, (float)share);
            }
        }
        for (int i = 0; i < objective.Terms.Count; i++)
        {
            var term = objective.Terms[i];
            var row = slopes.Slice(term.Row * vocabulary, vocabulary);
            if (term.Kind == TermKind.Divergence)
                for (int v = 0; v < row.Length; v++) row[v] -= (float)(term.Weight * Math.Exp(term.Given![v]));
            else row[term.Token] += (float)(term.Kind == TermKind.Target ? -term.Weight : term.Weight);
        }
    }

    // Σ p·(ln p − ln P)
    private static double Divergence(float[] given, ReadOnlySpan<float> scores, double log)
    {
        double sum = 0;
        for (int v = 0; v < given.Length; v++)
            if (!float.IsNegativeInfinity(given[v])) sum += Math.Exp(given[v]) * (given[v] - (scores[v] - log));
        return sum;
    }

    private static double Mass(float[] given)
    {
        double sum = 0;
        foreach (float log in given) sum += Math.Exp(log);
        return sum;
    }
}
