using Loci.Reports.Figures;
using Loci.Studies.Removal;
using Loci.Studies.Statistics;
using static Loci.Reports.Studies.Phrasing;

namespace Loci.Reports.Studies;

/// <summary>How much of a prefix a cell needs: not in the paper.</summary>
public static class MinimalSection
{
    private const int Shown = 16;

    /// <summary>Words, figures and numbers of the study.</summary>
    public static Section Of(MinimalTriggerResult result, Subject subject)
    {
        var one = Share(row => row.Length == 1 ? 1 : 0);
        var length = Length(result.Rows);
        var (low, high) = (OfHalf(false), OfHalf(true));
        string n = $"{length.Count:N0} cells";
        return new()
        {
            Name = "minimal",
            Title = "How much text does a cell need?",
            What =
                $"The shortest end of a cell's strongest trigger that, run as a text of its own, keeps "
                + $"{Percent(result.Parameters.Keep)} of the coefficient.",
            Figures = [Lengths(result), ByLayer(result, subject)],
            Comparisons =
            [
                new("tokens needed, mean", length, NumberFormat.Plain, n),
                new("one token is enough", one, NumberFormat.Percent, n),
                new("four tokens or more", Share(row => row.Length >= 4 ? 1 : 0), NumberFormat.Percent, n),
                new("tokens needed, lower half", low, NumberFormat.Plain,
                    $"{low.Count:N0} cells, {subject.Half(false)}"),
                new("tokens needed, upper half", high, NumberFormat.Plain,
                    $"{high.Count:N0} cells, {subject.Half(true)}"),
                new("share of the prefix needed", Share(row => (double)row.Length / (row.Position + 1)),
                    NumberFormat.Percent, n),
            ],
            Means =
                $"A cell needs {Plain(length)} tokens on average, and a single one is enough in {Percent(one)} of "
                + $"cases; "
                + Say(Compare(high, low), "cells of the upper half need more than those of the lower.",
                    "cells of the upper half need fewer than those of the lower.",
                    "the halves of the model cannot be told apart."),
            CannotShow =
                "A suffix is run at the beginning of a text, where attention has nothing else to look at: that it is "
                + "enough there does not show that it is all the cell reads in its sentence. "
                + "Longer suffixes were not run: one of them may fall below the bound again.",
        };

        Estimate OfHalf(bool upper) => Length([.. result.Rows.Where(row => subject.Upper(row.Cell.Layer) == upper)]);

        Estimate Share(Func<MinimalTriggerRow, double> of) =>
            Estimate.ShareOfCells([.. result.Rows.Select(of)], From(result.Rows));

        static Estimate Length(IReadOnlyList<MinimalTriggerRow> rows) =>
            Estimate.MeanOfCells([.. rows.Select(row => (double)row.Length)], From(rows));

        static Units From(IReadOnlyList<MinimalTriggerRow> rows) =>
            Units.Crossed(rows.Select(row => (row.Cell.Layer, row.Cell.Index)), rows.Select(row => row.Stretch));
    }

    private static Histogram Lengths(MinimalTriggerResult result)
    {
        int longest = Math.Min(Shown, result.Rows.Select(row => row.Length).DefaultIfEmpty(1).Max());
        return new()
        {
            Name = "minimal-lengths",
            Title = $"Length of the shortest suffix that keeps {Percent(result.Parameters.Keep)} of the coefficient",
            Description =
                $"How many triggers need one token, two, and so on; "
                + $"those that need more than {Shown} stand at {Shown}.",
            AcrossLabel = result.Rows.Any(row => row.Length > Shown)
                ? $"tokens of the suffix ({Shown}: or more)"
                : "tokens of the suffix",
            Edges = [.. Enumerable.Range(1, longest + 1).Select(k => (double)k)],
            Counts = [.. Enumerable.Range(1, longest)
                .Select(k => (double)result.Rows.Count(row => Math.Min(row.Length, Shown) == k))],
            Axis = new("triggers"),
        };
    }

    private static BarPlot ByLayer(MinimalTriggerResult result, Subject subject) => new()
    {
        Name = "minimal-layers",
        Title = "Tokens needed, by layer",
        Description = "For each layer the share of triggers that need one token, two, three, or more.",
        AcrossLabel = "layer",
        Categories = subject.LayerNames,
        Axis = new("share of triggers (%)", NumberFormat.Percent, Max: 1),
        Stacked = true,
        Series =
        [
            subject.Series("one token", result.Layers, l => l.Layer, l => l.One.Value),
            subject.Series("two", result.Layers, l => l.Layer, l => l.Two.Value),
            subject.Series("three", result.Layers, l => l.Layer, l => l.Three.Value),
            subject.Series("four or more", result.Layers, l => l.Layer, l => l.More.Value),
        ],
    };
}
