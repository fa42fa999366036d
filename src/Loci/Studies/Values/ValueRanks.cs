using Loci.Memory.Recall;
using Loci.Models;

namespace Loci.Studies.Values;

/// <summary>Where tokens stand in the distributions of values.</summary>
internal static class ValueRanks
{
    /// <summary>Cells whose values are held at a time.</summary>
    private const int MostCells = 1024;

    /// <summary>A token whose place in the distribution of a cell's value is asked for.</summary>
    /// <param name="Cell">Cell within the layer.</param>
    /// <param name="Pole">At the negative pole the distribution is that of −v.</param>
    /// <param name="Token">The token.</param>
    public readonly record struct Question(int Cell, Pole Pole, int Token);

    /// <summary>Ranks from 1, in the order of the questions; ties to the smaller token id.</summary>
    /// <param name="transformer">The model.</param>
    /// <param name="readout">The readout.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="questions">Any number, in any order.</param>
    /// <param name="options">Threads and cancellation.</param>
    public static int[] Of(
        Transformer transformer, Readout readout, int layer, IReadOnlyList<Question> questions, StudyOptions options)
    {
        int width = transformer.Spec.Width, cells = transformer.Blocks[layer].Cells.Capacity;
        int[] ranks = new int[questions.Count];
        var byCell = Enumerable.Range(0, questions.Count).ToLookup(i => questions[i].Cell);
        for (int first = 0; first < cells; first += MostCells)
        {
            int before = first;
            float[] values = new float[Math.Min(MostCells, cells - first) * width]; // [cells of the block, width]
            ValueProjection.Values(transformer, layer, first, values);
            StreamReadout.Additions(transformer, readout, values, options, (row, scores) =>
            {
                foreach (int i in byCell[before + row]) ranks[i] = Rank(scores, questions[i].Token, questions[i].Pole);
            });
        }
        return ranks;
    }

    private static int Rank(ReadOnlySpan<float> scores, int token, Pole pole)
    {
        float own = scores[token];
        int above = 0;
        for (int t = 0; t < scores.Length; t++)
        {
            bool ahead = pole == Pole.Positive ? scores[t] > own : scores[t] < own;
            if (ahead || (scores[t] == own && t < token)) above++;
        }
        return above + 1;
    }
}
