using Loci.Atlas;
using Loci.Models;

namespace Loci.Studies.Cells;

/// <summary>
/// The four signs that selector and content of a gated cell, m = f(x·G)·(x·K), can have together: two ways to fire each
/// pole, which may mean different things.
/// </summary>
/// <param name="Prefixes">Prefixes looked at.</param>
/// <param name="Quadrants">In the order + +, − −, + −, − +: the first two fire the positive pole.</param>
internal sealed record GateQuadrants(int Prefixes, IReadOnlyList<GateQuadrant> Quadrants)
{
    private static readonly (bool Gate, bool Content)[] s_order =
        [(true, true), (false, false), (true, false), (false, true)];

    /// <summary>Looks at a sample of the atlas's sentences; null: the cell is not gated.</summary>
    public static GateQuadrants? Of(
        Model model, AtlasFile atlas, CellId cell, int seed, Compute compute)
    {
        var block = model.Transformer.Blocks[cell.Layer];
        if (!block.Cells.IsGated) return null;
        var sample = SentenceSample.Draw(atlas, seed);
        List<(int Sentence, int Position, bool Gate, bool Content, float M)> rows = [];
        float[] gate = [], content = [];
        CellPass.Run(model, sample, Look, compute);
        return new(
            rows.Count,
            [
                .. from sign in s_order
                   let own = rows.Where(row => (row.Gate, row.Content) == sign).ToList()
                   let best = own.Count == 0 ? default : own.MaxBy(row => Math.Abs(row.M))
                   select new GateQuadrant(
                       sign.Gate, sign.Content, own.Count, own.Count == 0 ? 0 : own.Average(row => Math.Abs(row.M)),
                       best.M, own.Count == 0 ? null : sample[best.Sentence].Prefix(best.Position)),
            ]);

        void Look(TapPoint point, int layer, Span<float> values, Batch batch, int first)
        {
            if (layer != cell.Layer) return;
            int cells = block.Cells.Capacity;
            if (point == TapPoint.FeedForwardInput)
            {
                int numbers = batch.Rows * cells;
                if (gate.Length < numbers) (gate, content) = (new float[numbers], new float[numbers]);
                block.Cells.Score(values, batch.Rows, gate.AsSpan(0, numbers));
                block.Cells.Content(values, batch.Rows, content.AsSpan(0, numbers));
            }
            else if (point == TapPoint.Coefficients)
                for (int s = 0; s < batch.Sequences.Count; s++)
                {
                    var (row, count, _) = batch.Sequences[s];
                    int tokens = sample[first + s].Tokens.Count;
                    for (int t = 0; t < tokens; t++)
                    {
                        int at = (row + count - tokens + t) * cells + cell.Index;
                        rows.Add((first + s, t, gate[at] >= 0, content[at] >= 0, values[at]));
                    }
                }
        }
    }
}

/// <summary>One pair of signs.</summary>
/// <param name="Gate">x·G is at least 0.</param>
/// <param name="Content">x·K is at least 0.</param>
/// <param name="Prefixes">Prefixes with these signs.</param>
/// <param name="Mean">Their mean |m|.</param>
/// <param name="Strongest">m of the one that fires most.</param>
/// <param name="Example">That one; null: there is none.</param>
internal sealed record GateQuadrant(
    bool Gate, bool Content, int Prefixes, double Mean, float Strongest, string? Example);
