using System.Globalization;
using Loci.Memory.Recall;
using Loci.Models;
using Loci.Models.Blocks;

namespace Loci.Tracing;

/// <summary>
/// A change of memory coefficients at every position, as people write it: <c>L3/387=0</c> takes a memory out,
/// <c>L3/387=x0.5</c> halves it, <c>L3=0</c> takes out all memories of a layer. <c>L3.h2=0</c> takes out what a head
/// reads from the memory of the context.
/// </summary>
/// <param name="Layer">The layer, from 0.</param>
/// <param name="Index">The cell within it; null: every one, or a head.</param>
/// <param name="Scales">The coefficient is multiplied by the value, not set to it.</param>
/// <param name="Value">A finite number.</param>
public sealed record CoefficientChange(int Layer, int? Index, bool Scales, float Value)
{
    private const string Examples = "L3/387=0, L3/387=x0.5, L3=0 or L3.h2=0";

    /// <summary>The head whose reading is changed; null: cells are.</summary>
    public HeadPlace? Head { get; init; }

    /// <summary>Where it applies: <c>L3/387</c>, <c>L3</c> or <c>L3.h2</c>.</summary>
    public string Place => Index is { } index ? new CellId(Layer, index).ToString()
        : string.Create(CultureInfo.InvariantCulture, $"L{Layer}{(Head is { } head ? $".h{head.Index}" : "")}");

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
            : throw new NameException($"there is no change in it; changes are written {Examples}.");
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
        string[] parts = place.Split(".h");
        if (parts[0] is not ['L' or 'l', .. var digits] || parts.Length > 2 || !TryWhole(digits, out int layer))
            throw NotOne();
        CheckLayer(layer, place, spec);
        if (parts.Length == 1) return new(layer, null, scales, value);
        if (!TryWhole(parts[1], out int head)) throw NotOne();
        int heads = HeadsOf(spec, layer);
        return head < heads
            ? new(layer, null, scales, value) { Head = new(head, heads) }
            : throw new NameException($"there is no head {place}: layer {layer} has heads 0 to {heads - 1}.");

        NameException NotOne() => new($"«{text}» is not a change; changes are written {Examples}.");
    }

    /// <summary>What a pass has to show inside its memories of the context, for the changes to reach it.</summary>
    public static AttentionTaps Inside(IReadOnlyList<CoefficientChange> changes) =>
        changes.Any(change => change.Head is not null) ? AttentionTaps.Heads : AttentionTaps.None;

    /// <summary>The changes as an intervention, in order.</summary>
    public static Tap Tap(IReadOnlyList<CoefficientChange> changes) => (point, layer, values, batch) =>
    {
        if (point is not (TapPoint.Coefficients or TapPoint.HeadOutputs) || batch.Rows == 0) return;
        int width = values.Length / batch.Rows;                         // [tokens, cells] or [tokens, heads·value size]
        foreach (var change in changes)
        {
            if (change.Layer != layer || change.Head is not null != (point == TapPoint.HeadOutputs)) continue;
            var (first, count) = change.Head is { } head ? (head.Index * (width / head.Heads), width / head.Heads)
                : change.Index is { } cell ? (cell, 1) : (0, width);
            for (int row = 0; row < values.Length; row += width) change.Apply(values.Slice(row + first, count));
        }
    };

    private void Apply(Span<float> values)
    {
        if (!Scales) values.Fill(Value);
        else
            for (int i = 0; i < values.Length; i++) values[i] *= Value;
    }

    private static bool TryWhole(ReadOnlySpan<char> digits, out int number) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static int HeadsOf(ModelSpec spec, int layer) => spec.Blocks[layer].Mixer is SoftmaxSpec softmax
        ? softmax.Heads
        : ((FastWeightSpec)spec.Blocks[layer].Mixer).Heads;

    private static int CellsOf(ModelSpec spec, int layer) => spec.Blocks[layer].Cells.Count;

    private static void CheckLayer(int layer, string place, ModelSpec spec)
    {
        if (layer >= spec.Layers)
            throw new NameException(
                $"there is no {(place.Contains('/', StringComparison.Ordinal) ? "cell" : "layer")} {place}: the "
                + $"model has layers 0 to {spec.Layers - 1}.");
    }
}

/// <summary>A head of a layer.</summary>
/// <param name="Index">Which, from 0.</param>
/// <param name="Heads">How many the layer has.</param>
public readonly record struct HeadPlace(int Index, int Heads);
