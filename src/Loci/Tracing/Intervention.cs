using Loci.Models;

namespace Loci.Tracing;

/// <summary>Changes to a forward pass, as taps: replace a value at a point, or add to it.</summary>
public static class Intervention
{
    /// <summary>Puts a row in the place of every row, or of one.</summary>
    /// <param name="at">The tap.</param>
    /// <param name="values">The new row. [row length of the tap]</param>
    /// <param name="row">Row of the batch, or null for all.</param>
    public static Tap Replace(TapName at, float[] values, int? row = null) =>
        OnRows(at, values.Length, row, values, static (target, source) => source.CopyTo(target));

    /// <summary>Adds a row to every row, or to one.</summary>
    /// <param name="at">The tap.</param>
    /// <param name="values">What is added. [row length of the tap]</param>
    /// <param name="row">Row of the batch, or null for all.</param>
    public static Tap Add(TapName at, float[] values, int? row = null) =>
        OnRows(at, values.Length, row, values, static (target, source) => Memory.Numerics.Elementwise.Add(target, source));

    /// <summary>Sets one cell's coefficient: 0 takes the memory out.</summary>
    /// <param name="cell">The cell; its pole does not matter.</param>
    /// <param name="coefficient">The new coefficient m.</param>
    /// <param name="row">Row of the batch, or null for all.</param>
    public static Tap SetCell(CellId cell, float coefficient, int? row = null) => (point, layer, values, batch) =>
    {
        if (point != TapPoint.Coefficients || layer != cell.Layer) return;
        int cells = values.Length / Math.Max(1, batch.Rows);
        if (cell.Index < 0 || cell.Index >= cells) throw new ArgumentOutOfRangeException(nameof(cell), cell, $"a layer has {cells} cells");
        CheckRow(row, batch);
        for (int r = 0; r < batch.Rows; r++)
            if (row is null || row == r)
                values[r * cells + cell.Index] = coefficient;
    };

    /// <summary>Several changes, in order.</summary>
    public static Tap All(params Tap[] taps) => (point, layer, values, batch) =>
    {
        foreach (var tap in taps) tap(point, layer, values, batch);
    };

    private static void CheckRow(int? row, Batch batch)
    {
        if (row is { } one && (one < 0 || one >= batch.Rows)) throw new ArgumentOutOfRangeException(nameof(row), one, $"the batch has {batch.Rows} rows");
    }

    private delegate void Change(Span<float> target, ReadOnlySpan<float> source);

    private static Tap OnRows(TapName at, int length, int? row, float[] source, Change change) => (point, layer, values, batch) =>
    {
        if (point != at.Point || layer != at.Layer) return;
        if (values.Length != length * batch.Rows)
            throw new ArgumentException($"{at} has rows of {values.Length / Math.Max(1, batch.Rows)} values, the change one of {length}.");
        CheckRow(row, batch);
        for (int r = 0; r < batch.Rows; r++)
            if (row is null || row == r)
                change(values.Slice(r * length, length), source);
    };
}
