using Loci.Memory.Numerics;

namespace Loci.Models.Blocks;

/// <summary>
/// The way back: with scores s = x·K + b (selectors x·G where gated) and content c = x·K, dm = dy·Vᵀ, ds = dm∘f′(s)
/// (∘c), dc = dm∘f(s), and dx = ds·Kᵀ (ds·Gᵀ + dc·Kᵀ).
/// </summary>
internal sealed partial class Cells
{
    /// <summary>From the gradient of what the cells gave to that of the coefficients.</summary>
    /// <param name="pass">The way back.</param>
    /// <param name="m">The coefficients. [rows, cells]</param>
    /// <param name="dy">[rows, width]</param>
    /// <param name="dm">Overwritten. [rows, cells]</param>
    public void RecallBack(BackwardPass pass, ReadOnlySpan<float> m, ReadOnlySpan<float> dy, Span<float> dm)
    {
        pass.Weigh(_values, _valueBias, dy, m);
        pass.Multiply(dy, _values.Matrix, dm);
    }

    /// <summary>
    /// From the gradient of the coefficients to that of the experts' own, and what the router sends to what met the
    /// keys.
    /// </summary>
    /// <param name="pass">The way back.</param>
    /// <param name="x">What met the keys. [rows, width]</param>
    /// <param name="own">The experts' own coefficients. [rows, cells]</param>
    /// <param name="weights">How much each expert counts. [rows, groups]</param>
    /// <param name="dm">Changed. [rows, cells]</param>
    /// <param name="dx">Overwritten, unless it is empty: not wanted. [rows, width]</param>
    public void RouteBack(
        BackwardPass pass, ReadOnlySpan<float> x, ReadOnlySpan<float> own, ReadOnlySpan<float> weights,
        Span<float> dm, Span<float> dx) => _routing!.Back(pass, x, own, weights, dm, dx);

    /// <summary>From the gradient of the coefficients to that of what met the keys.</summary>
    /// <param name="pass">The way back.</param>
    /// <param name="x">What met the keys. [rows, width]</param>
    /// <param name="scores">What f was applied to. [rows, cells]</param>
    /// <param name="content">[rows, cells], or empty.</param>
    /// <param name="dm">[rows, cells]</param>
    /// <param name="dx">Overwritten, unless it is empty: not wanted. [rows, width]</param>
    public void AddressBack(
        BackwardPass pass, ReadOnlySpan<float> x, ReadOnlySpan<float> scores, ReadOnlySpan<float> content,
        ReadOnlySpan<float> dm, Span<float> dx)
    {
        int rows = pass.Batch.Rows, cells = _spec.Count;
        var ds = pass.Workspace.Scores.Take(rows, cells);
        scores.CopyTo(ds);
        Activations.Slope(_spec.Activation, ds);
        Elementwise.Multiply(ds, dm);
        if (_gateKeys is null)
        {
            pass.Weigh(_keys, _keyBias, ds, x);
            if (!dx.IsEmpty) pass.Multiply(ds, _keys.Matrix, dx);
            return;
        }
        Elementwise.Multiply(ds, content);
        var dc = pass.Workspace.Content.Take(rows, cells);
        scores.CopyTo(dc);
        Gating.Apply(_spec.Activation, dc, dm);
        pass.Weigh(_gateKeys, null, ds, x);
        pass.Weigh(_keys, null, dc, x);
        if (dx.IsEmpty) return;
        pass.Multiply(ds, _gateKeys.Matrix, dx);
        var other = pass.Workspace.Part.Take(rows, x.Length / rows);
        pass.Multiply(dc, _keys.Matrix, other);
        Elementwise.Add(dx, other);
    }
}
