using Loci.Models;

namespace Loci.Tracing;

/// <summary>Changes to a forward pass, as taps: replace a value at a point, or add to it.</summary>
public static class Intervention
{
    /// <summary>Puts a row in the place of every row, or of one.</summary>
    /// <param name="spec">The model's.</param>
    /// <param name="at">The tap.</param>
    /// <param name="values">The new row. [row length of the tap]</param>
    /// <param name="row">Row of the batch, or null for all.</param>
    /// <exception cref="LociException">The model has no such tap, or its rows have another length.</exception>
    public static Tap Replace(ModelSpec spec, TapName at, float[] values, int? row = null) =>
        OnRows(spec, at, values.Length, row, values, static (target, source) => source.CopyTo(target));

    /// <summary>Adds a row to every row, or to one.</summary>
    /// <param name="spec">The model's.</param>
    /// <param name="at">The tap.</param>
    /// <param name="values">What is added. [row length of the tap]</param>
    /// <param name="row">Row of the batch, or null for all.</param>
    /// <exception cref="LociException">The model has no such tap, or its rows have another length.</exception>
    public static Tap Add(ModelSpec spec, TapName at, float[] values, int? row = null) =>
        OnRows(spec, at, values.Length, row, values,
            static (target, source) => Memory.Numerics.Elementwise.Add(target, source));

    /// <summary>Sets one cell's coefficient: 0 takes the memory out.</summary>
    /// <param name="spec">The model's.</param>
    /// <param name="cell">The cell; its pole does not matter.</param>
    /// <param name="coefficient">The new coefficient m.</param>
    /// <param name="row">Row of the batch, or null for all.</param>
    /// <exception cref="LociException">The model has no such cell.</exception>
    public static Tap SetCell(ModelSpec spec, CellId cell, float coefficient, int? row = null)
    {
        spec.Require(cell with { Pole = Memory.Recall.Pole.Positive });
        int cells = spec.Blocks[cell.Layer].Cells.Count;
        return (point, layer, values, batch) =>
        {
            if (point != TapPoint.Coefficients || layer != cell.Layer) return;
            CheckRow(row, batch);
            for (int r = 0; r < batch.Rows; r++)
                if (row is null || row == r)
                    values[r * cells + cell.Index] = coefficient;
        };
    }

    /// <summary>Several changes, in order.</summary>
    public static Tap All(params Tap[] taps) => (point, layer, values, batch) =>
    {
        foreach (var tap in taps) tap(point, layer, values, batch);
    };

    private static void CheckRow(int? row, Batch batch)
    {
        if (row is { } one && (one < 0 || one >= batch.Rows))
            throw new ArgumentOutOfRangeException(nameof(row), one, $"the batch has {batch.Rows} rows");
    }

    private delegate void Change(Span<float> target, ReadOnlySpan<float> source);

    private static Tap OnRows(ModelSpec spec, TapName at, int length, int? row, float[] source, Change change)
    {
        at.Require(spec);
        if (at.RowLength(spec) != length)
            throw new LociException($"{at} has rows of {at.RowLength(spec)} values, the change one of {length}.");
        return (point, layer, values, batch) =>
        {
            if (point != at.Point || layer != at.Layer) return;
            CheckRow(row, batch);
            for (int r = 0; r < batch.Rows; r++)
                if (row is null || row == r)
                    change(values.Slice(r * length, length), source);
        };
    }
}
