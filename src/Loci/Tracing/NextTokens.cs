using Loci.Models;

namespace Loci.Tracing;

/// <summary>The likeliest next tokens after every position of a text.</summary>
public static class NextTokens
{
    private const int BlockLogits = 1 << 23;

    /// <summary>Scores the vocabulary after every position, some rows of logits at a time.</summary>
    /// <param name="transformer">The model.</param>
    /// <param name="stream">The residual stream after the last layer. [positions, width]</param>
    /// <param name="count">Tokens at every position.</param>
    /// <param name="compute">Threads to use, and what ends it early.</param>
    /// <returns>By position, the best first.</returns>
    /// <exception cref="LociException">A score is NaN or infinite.</exception>
    public static IReadOnlyList<IReadOnlyList<ScoredToken>> Best(
        Transformer transformer, ReadOnlySpan<float> stream, int count, Compute compute = default)
    {
        int width = transformer.Spec.Width, vocabulary = transformer.Spec.Vocabulary, rows = stream.Length / width;
        int block = Math.Clamp(BlockLogits / vocabulary, 1, Math.Max(1, rows));
        float[] logits = new float[block * vocabulary];                 // [rows of the block, vocabulary]
        var next = new List<IReadOnlyList<ScoredToken>>(rows);
        for (int first = 0; first < rows; first += block)
        {
            int some = Math.Min(block, rows - first);
            transformer.Logits(stream.Slice(first * width, some * width), logits.AsSpan(0, some * vocabulary), compute);
            FiniteValues.RequireLogits(logits.AsSpan(0, some * vocabulary), vocabulary);
            for (int r = 0; r < some; r++) next.Add(ScoredToken.Best(logits.AsSpan(r * vocabulary, vocabulary), count));
        }
        return next;
    }
}
