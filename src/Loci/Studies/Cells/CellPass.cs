using Loci.Atlas;
using Loci.Memory.Recall;
using Loci.Models;

namespace Loci.Studies.Cells;

/// <summary>Runs a model over sentences of an atlas and keeps one cell's coefficients.</summary>
internal static class CellPass
{
    private const int BatchTokens = 512;

    /// <summary>
    /// How far a cell fires after every token, as magnitudes at the pole meant: −m at the negative one.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="cell">The cell and the pole.</param>
    /// <param name="sentences">Sentences as the model reads them, without a beginning-of-sequence token.</param>
    /// <param name="compute">How much of the machine it may take.</param>
    /// <returns>By sentence, then token.</returns>
    public static float[][] Coefficients(
        Model model, CellId cell, IReadOnlyList<AtlasSentence> sentences, Compute compute)
    {
        model.Spec.Require(cell);
        float sign = cell.Pole == Pole.Negative ? -1 : 1;
        float[][] found = [.. sentences.Select(sentence => new float[sentence.Tokens.Count])];
        Run(model, sentences, Keep, compute);
        return found;

        void Keep(TapPoint point, int layer, Span<float> values, Batch batch, int first)
        {
            if (point != TapPoint.Coefficients || layer != cell.Layer) return;
            int cells = values.Length / batch.Rows;                     // [rows, cells]
            for (int s = 0; s < batch.Sequences.Count; s++)
            {
                var (row, count, _) = batch.Sequences[s];
                float[] of = found[first + s];
                int before = count - of.Length;
                for (int t = 0; t < of.Length; t++) of[t] = sign * values[(row + before + t) * cells + cell.Index];
            }
        }
    }

    /// <summary>Called at every tap of a batch of sentences.</summary>
    /// <param name="point">Where the pass is.</param>
    /// <param name="layer">The block.</param>
    /// <param name="values">One row per token.</param>
    /// <param name="batch">A sequence for each sentence, what begins it included.</param>
    /// <param name="first">Number of the batch's first sentence.</param>
    public delegate void Visit(TapPoint point, int layer, Span<float> values, Batch batch, int first);

    /// <summary>Runs sentences in batches, in order.</summary>
    public static void Run(
        Model model, IReadOnlyList<AtlasSentence> sentences, Visit visit, Compute compute)
    {
        var (workspace, batch, tokens) = (new Workspace(model.Spec), new Batch(), new List<int>());
        for (int next = 0; next < sentences.Count;)
        {
            int first = next;
            batch.Clear();
            do
            {
                tokens.Clear();
                if (model.BeginOfSequence is { } begin) tokens.Add(begin);
                tokens.AddRange(sentences[next].Tokens);
                batch.Add(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(tokens));
                next++;
            }
            while (next < sentences.Count && batch.Rows + sentences[next].Tokens.Count < BatchTokens);
            model.Transformer.Forward(
                batch, workspace, (point, layer, values, of) => visit(point, layer, values, of, first),
                compute: compute);
        }
    }
}
