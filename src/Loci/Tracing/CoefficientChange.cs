using System.Globalization;
using Loci.Memory.Recall;
using Loci.Models;

namespace Loci.Tracing;

/// <summary>
/// A change of memory coefficients at every position, as people write it: <c>L3/387=0</c> takes a memory out,
/// <c>L3/387=x0.5</c> halves it, <c>L3=0</c> takes out all memories of a layer.
/// </summary>
/// <param name="Layer">The layer, from 0.</param>
/// <param name="Index">The cell within it; null: every one.</param>
/// <param name="Scales">The coefficient is multiplied by the value, not set to it.</param>
/// <param name="Value">A finite number.</param>
public sealed record CoefficientChange(int Layer, int? Index, bool Scales, float Value)
{
    /// <summary>Where it applies: <c>L3/387</c> or <c>L3</c>.</summary>
    public string Place =>
        Index is { } index
        ? new CellId(Layer, index).ToString()
        : string.Create(CultureInfo.InvariantCulture, $"L{Layer}");

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Place}={(Scales ? "x" : "")}{Value}");

    /// <summary>Reads changes of a model, with commas or line ends between them.</summary>
    /// <param name="list">The list.</param>
    /// <param name="spec">The model.</param>
    /// <exception cref="NameException">
    /// Something is not a change, or names a layer, cell or pole that cannot be changed.
    /// </exception>
    public static IReadOnlyList<CoefficientChange> ParseList(string list, ModelSpec spec)
    {
        CoefficientChange[] changes = [.. list
            .Split([',', '\n', '\r'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(change => Parse(change, spec))];
        return changes.Length > 0
            ? changes
            : throw new NameException("there is no change in it; changes are written L3/387=0, L3/387=x0.5 or L3=0.");
    }

    /// <summary>Reads one change of a model.</summary>
    /// <inheritdoc cref="ParseList"/>
    public static CoefficientChange Parse(string text, ModelSpec spec)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0) throw NotOne();
        string place = text[..equals].Trim(), number = text[(equals + 1)..].Trim();
        bool scales = number.StartsWith('x') || number.StartsWith('×');
        if (!float.TryParse(scales ? number.AsSpan(1) : number, NumberStyles.Float, CultureInfo.InvariantCulture,
            out float value) || !float.IsFinite(value))
            throw new NameException(
                $"«{number}» in «{text}» is not a number; set a coefficient as 0 or 1.5, or multiply it as x0.5.");
        if (CellId.TryParse(place, out var cell))
        {
            CheckLayer(cell.Layer, place, spec);
            int cells = CellsOf(spec, cell.Layer);
            if (cell.Index >= cells)
                throw new NameException($"there is no cell {place}: layer {cell.Layer} has cells 0 to {cells - 1}.");
            if (cell.Pole == Pole.Negative)
                throw new NameException(
                    $"{place} is one pole; a coefficient belongs to the whole cell: "
                    + $"{cell with { Pole = Pole.Positive }}={number}.");
            return new(cell.Layer, cell.Index, scales, value);
        }
        if (place is not (['L' or 'l', .. var digits])
            || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int layer)) throw NotOne();
        CheckLayer(layer, place, spec);
        return new(layer, null, scales, value);

        NameException NotOne() => new($"«{text}» is not a change; changes are written L3/387=0, L3/387=x0.5 or L3=0.");
    }

    /// <summary>The changes as an intervention, in order.</summary>
    public static Tap Tap(IReadOnlyList<CoefficientChange> changes) => (point, layer, values, batch) =>
    {
        if (point != TapPoint.Coefficients || batch.Rows == 0) return;
        int cells = values.Length / batch.Rows;                         // [tokens, cells]
        foreach (var change in changes.Where(change => change.Layer == layer))
            for (int at = change.Index ?? 0; at < values.Length; at += change.Index is null ? 1 : cells)
                values[at] = change.Scales ? values[at] * change.Value : change.Value;
    };

    private static int CellsOf(ModelSpec spec, int layer) => spec.Blocks[layer].Cells.Count;

    private static void CheckLayer(int layer, string place, ModelSpec spec)
    {
        if (layer >= spec.Layers)
            throw new NameException(
                $"there is no {(place.Contains('/', StringComparison.Ordinal) ? "cell" : "layer")} {place}: the "
                + $"model has layers 0 to {spec.Layers - 1}.");
    }
}
