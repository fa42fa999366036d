using Loci.Models;

namespace Loci.Tracing;

/// <summary>
/// The control of a change: the same done to something else of the same kind. For a cell, another of its layer, drawn
/// from the few whose |m|·‖v‖ at the prompt's last token is nearest; a coefficient that is set is set so that as much
/// is written. For a head another head of its layer, for a layer another layer.
/// </summary>
/// <param name="transformer">The model.</param>
/// <param name="coefficients">m at the prompt's last token, by layer. [layers][cells]</param>
internal sealed class MatchedControl(Transformer transformer, IReadOnlyList<float[]> coefficients)
{
    /// <summary>The matched cell is drawn from this many, those that write most nearly as much.</summary>
    public const int Candidates = 8;

    private readonly Dictionary<int, float[]> _norms = [];

    /// <summary>A control of changes; null where there is nothing else of the kind.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="random">Draws.</param>
    public IReadOnlyList<CoefficientChange>? Draw(IReadOnlyList<CoefficientChange> changes, Random random)
    {
        var taken = changes.Select(change => (change.Layer, change.Index, change.Head?.Index)).ToHashSet();
        var drawn = new List<CoefficientChange>(changes.Count);
        foreach (var change in changes)
        {
            var other = change.Index is { } cell ? OtherCell(change, cell) : OtherPlace(change);
            if (other is null) return null;
            taken.Add((other.Layer, other.Index, other.Head?.Index));
            drawn.Add(other);
        }
        return drawn;

        CoefficientChange? OtherCell(CoefficientChange change, int own)
        {
            float[] m = coefficients[change.Layer], norms = Norms(change.Layer);
            float size = Math.Abs(m[own]) * norms[own];
            int[] near =
            [
                .. Enumerable.Range(0, m.Length)
                    .Where(i => !taken.Contains((change.Layer, i, null)))
                    .OrderBy(i => Math.Abs(Math.Abs(m[i]) * norms[i] - size)).ThenBy(i => i).Take(Candidates),
            ];
            if (near.Length == 0) return null;
            int matched = near[random.Next(near.Length)];
            float value = change.Scales || change.Value == 0 || norms[matched] == 0
                ? change.Value
                : change.Value * norms[own] / norms[matched];
            return change with { Index = matched, Value = value };
        }

        CoefficientChange? OtherPlace(CoefficientChange change)
        {
            CoefficientChange[] others = change.Head is { } head
                ? [.. Enumerable.Range(0, head.Heads).Select(i => change with { Head = head with { Index = i } })]
                : [.. Enumerable.Range(0, transformer.Spec.Layers).Select(layer => change with { Layer = layer })];
            others = [.. others.Where(other => !taken.Contains((other.Layer, null, other.Head?.Index)))];
            return others.Length == 0 ? null : others[random.Next(others.Length)];
        }
    }

    private float[] Norms(int layer) =>
        _norms.TryGetValue(layer, out float[]? known)
            ? known
            : _norms[layer] = ValueProjection.Norms(transformer, layer);
}
