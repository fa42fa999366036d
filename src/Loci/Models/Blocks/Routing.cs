using Loci.Memory.FeedForward;
using Loci.Memory.Numerics;
using Loci.Models.Weights;

namespace Loci.Models.Blocks;

/// <summary>The address in front of the experts of one block, and where its weights come from.</summary>
internal sealed class Routing
{
    private readonly ExpertsSpec _spec;
    private readonly int _cells;
    private readonly MatrixStore _scores;
    private readonly MatrixStore? _sharedGate;
    private ExpertRouter? _router;

    public Routing(ExpertsSpec spec, int cells, ModelSpec model, int layer)
    {
        (_spec, _cells) = (spec, cells);
        _scores = new(TensorSlot.OfBlock(TensorRole.Router, layer, spec.Count, model.Width));
        if (spec.SharedCells > 0)
            _sharedGate = new(TensorSlot.OfBlock(TensorRole.SharedGate, layer, 1, model.Width));
    }

    public IEnumerable<WeightStore> Stores => _sharedGate is null ? [_scores] : [_scores, _sharedGate];

    public ExpertRouter Router => _router ??= new(
        _scores.Matrix, _spec.Chosen, _spec.Renormalised, (_cells - _spec.SharedCells) / _spec.Count,
        _spec.SharedCells, _sharedGate?.Matrix);

    /// <summary>
    /// With own coefficients h and weights w of the experts, m = w∘h: dm becomes dh = w∘dm, and dw = Σ dm∘h over an
    /// expert goes back to the router's scores. Which experts are chosen is held.
    /// </summary>
    /// <param name="pass">The way back.</param>
    /// <param name="x">What met the keys. [rows, width]</param>
    /// <param name="own">h. [rows, cells]</param>
    /// <param name="weights">w. [rows, groups]</param>
    /// <param name="dm">dm; changed to dh. [rows, cells]</param>
    /// <param name="dx">Overwritten, unless it is empty: not wanted. [rows, width]</param>
    public void Back(
        BackwardPass pass, ReadOnlySpan<float> x, ReadOnlySpan<float> own, ReadOnlySpan<float> weights,
        Span<float> dm, Span<float> dx)
    {
        int rows = pass.Batch.Rows, experts = _spec.Count, groups = _spec.Groups;
        var router = Router;
        var slopes = pass.Workspace.Routed.Take(rows, groups);          // [rows, groups]
        for (int r = 0; r < rows; r++)
            for (int group = 0; group < groups; group++)
            {
                int at = r * _cells + router.First(group), count = router.CellsOf(group);
                slopes[r * groups + group] = weights[r * groups + group] == 0
                    ? 0
                    : Reductions.Dot(own.Slice(at, count), dm.Slice(at, count));
            }
        router.Apply(weights, rows, dm);

        var scores = pass.Workspace.RouterScores.Take(rows, experts);   // dL by the scores. [rows, experts]
        if (_spec.Renormalised)
            for (int r = 0; r < rows; r++) weights.Slice(r * groups, experts).CopyTo(scores[(r * experts)..]);
        else router.Probabilities(x, rows, scores, pass.Threads);
        for (int r = 0; r < rows; r++)
            SoftmaxBack(scores.Slice(r * experts, experts), slopes.Slice(r * groups, experts));
        pass.Weigh(_scores, null, scores, x);
        if (!dx.IsEmpty) pass.Multiply(scores, _scores.Matrix, dx);
        if (_sharedGate is null) return;

        var gates = pass.Workspace.RouterScores.Take(rows, 1);
        for (int r = 0; r < rows; r++)
        {
            float weight = weights[r * groups + experts];
            gates[r] = slopes[r * groups + experts] * weight * (1 - weight);
        }
        pass.Weigh(_sharedGate, null, gates, x);
        if (dx.IsEmpty) return;
        var part = pass.Workspace.Part.Take(rows, x.Length / rows);
        pass.Multiply(gates, _sharedGate.Matrix, part);
        Elementwise.Add(dx, part);
    }

    // p becomes p∘(dp − Σ p∘dp).
    private static void SoftmaxBack(Span<float> p, ReadOnlySpan<float> dp)
    {
        float along = Reductions.Dot(p, dp);
        for (int e = 0; e < p.Length; e++) p[e] *= dp[e] - along;
    }
}
