using Paint.Model;
using Paint.Strokes;

namespace Paint.Training;

/// <summary>The strokes to be found, in the order of the answers that are closest to them.</summary>
/// <param name="Strokes">[batch, queries, 5]; zeros where an answer has nothing to match.</param>
/// <param name="Present">1 where an answer has a stroke to match, else 0. [batch, queries]</param>
internal sealed record MatchedBatch(float[] Strokes, float[] Present)
{
    /// <summary>
    /// Matches by the Hungarian method; the cost of a pair is the difference of its parameters, its Wasserstein
    /// distance, and 1 − the probability that the answer is painted.
    /// </summary>
    /// <param name="examples">[batch]</param>
    /// <param name="answers">[batch, queries, 5]</param>
    /// <param name="decisions">Logits. [batch, queries]</param>
    public static MatchedBatch Of(StrokeExample[] examples, ReadOnlySpan<float> answers, ReadOnlySpan<float> decisions)
    {
        const int Queries = PredictorShape.Queries;
        float[] strokes = new float[examples.Length * Queries * Stroke.Size];
        float[] present = new float[examples.Length * Queries];
        for (int b = 0; b < examples.Length; b++)
        {
            var wanted = examples[b].Strokes;
            int[] chosen = Match(
                wanted, answers.Slice(b * Queries * Stroke.Size, Queries * Stroke.Size),
                decisions.Slice(b * Queries, Queries));
            for (int s = 0; s < wanted.Length; s++)
            {
                int at = b * Queries + chosen[s];
                present[at] = 1;
                wanted[s].CopyTo(strokes.AsSpan(at * Stroke.Size, Stroke.Size));
            }
        }
        return new(strokes, present);
    }

    /// <summary>The answer of each stroke that is to be found.</summary>
    /// <param name="wanted">At most as many as answers.</param>
    /// <param name="answers">[queries, 5]</param>
    /// <param name="decisions">Logits. [queries]</param>
    public static int[] Match(Stroke[] wanted, ReadOnlySpan<float> answers, ReadOnlySpan<float> decisions)
    {
        double[] costs = new double[wanted.Length * decisions.Length];
        Span<float> numbers = stackalloc float[Stroke.Size];
        Span<double> a = stackalloc double[Stroke.Size], b = stackalloc double[Stroke.Size];
        for (int s = 0; s < wanted.Length; s++)
        {
            wanted[s].CopyTo(numbers);
            Widen(numbers, a);
            for (int q = 0; q < decisions.Length; q++)
            {
                Widen(answers.Slice(q * Stroke.Size, Stroke.Size), b);
                costs[s * decisions.Length + q] = StrokeDistance.Parameters(a, b) + StrokeDistance.Wasserstein(a, b)
                    + 1 - 1 / (1 + Math.Exp(-decisions[q]));
            }
        }
        return Assignment.Cheapest(costs, wanted.Length, decisions.Length);
    }

    private static void Widen(ReadOnlySpan<float> from, Span<double> to)
    {
        for (int i = 0; i < from.Length; i++) to[i] = from[i];
    }
}
