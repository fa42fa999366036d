using Loci.Memory.Numerics;
using Loci.Models;

namespace Loci.Studies;

/// <summary>Scores over the vocabulary of many vectors of the residual stream, as blocked products.</summary>
/// <remarks>
/// A <em>state</em> of the stream (r, o) is read as the model reads its last one: under the folded readout through the
/// whole final norm, its bias β and the soft cap included, so that the last state gives the model's own logits. An
/// <em>addition</em> to the stream (y, v) is read without β, which the model adds once and no part of it owns. The raw
/// readout is the output embedding alone for both. Where all scores are equal the first token is on top.
/// </remarks>
internal static class StreamReadout
{
    /// <summary>Floats of scores held at a time (16 MiB), unless one row alone needs more.</summary>
    private const int Budget = 1 << 22;

    private const int MostRows = 1024;

    /// <summary>Shown the scores of a row, from any thread. [vocabulary]</summary>
    public delegate void Visit(int row, ReadOnlySpan<float> scores);

    /// <summary>Reads states of the stream.</summary>
    /// <param name="transformer">The model.</param>
    /// <param name="readout">The readout.</param>
    /// <param name="rows">[rows, width]</param>
    /// <param name="options">Threads and cancellation.</param>
    /// <param name="visit">Takes the scores.</param>
    public static void States(
        Transformer transformer, Readout readout, float[] rows, StudyOptions options, Visit visit) =>
        Read(transformer, rows, options, visit, (block, scores) =>
        {
            if (readout == Readout.Folded) transformer.Logits(block, scores, options.Compute);
            else ValueProjection.Project(transformer, readout, block, scores, options.Compute);
        });

    /// <summary>Reads additions to the stream; parameters as those of <see cref="States"/>.</summary>
    public static void Additions(
        Transformer transformer, Readout readout, float[] rows, StudyOptions options, Visit visit) =>
        Read(transformer, rows, options, visit, (block, scores) =>
            ValueProjection.Project(transformer, readout, block, scores, options.Compute));

    /// <summary>The top token of every state. [rows]</summary>
    public static int[] TopOfStates(Transformer transformer, Readout readout, float[] rows, StudyOptions options)
    {
        int[] tops = new int[rows.Length / transformer.Spec.Width];
        States(transformer, readout, rows, options, (row, scores) => tops[row] = Reductions.ArgMax(scores));
        return tops;
    }

    /// <summary>The top token of every addition. [rows]</summary>
    public static int[] TopOfAdditions(Transformer transformer, Readout readout, float[] rows, StudyOptions options)
    {
        int[] tops = new int[rows.Length / transformer.Spec.Width];
        Additions(transformer, readout, rows, options, (row, scores) => tops[row] = Reductions.ArgMax(scores));
        return tops;
    }

    private delegate void Project(Span<float> block, Span<float> scores);

    private static void Read(Transformer transformer, float[] rows, StudyOptions options, Visit visit, Project project)
    {
        int width = transformer.Spec.Width, vocabulary = transformer.Spec.Vocabulary, count = rows.Length / width;
        int most = Math.Clamp(Budget / vocabulary, 1, MostRows);
        // [rows of the block, width]; the products may overwrite it
        float[] block = new float[Math.Min(most, count) * width];
        float[] scores = new float[Math.Min(most, count) * vocabulary]; // [rows of the block, vocabulary]
        for (int first = 0; first < count; first += most)
        {
            int taken = Math.Min(most, count - first), before = first;
            rows.AsSpan(first * width, taken * width).CopyTo(block);
            project(block.AsSpan(0, taken * width), scores.AsSpan(0, taken * vocabulary));
            Parallel.For(0, taken, options.Compute.Parallel,
                i => visit(before + i, scores.AsSpan(i * vocabulary, vocabulary)));
        }
    }
}
