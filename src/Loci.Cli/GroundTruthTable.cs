using Loci.Memory.Recall;
using Loci.Studies.Statistics;
using Loci.Studies.Truth;
using Loci.Views;
using Spectre.Console;

namespace Loci.Cli;

/// <summary>What explains the triggers of cells, by layer, on the screen.</summary>
internal static class GroundTruthTable
{
    private const double Level = WorldTour.Level;

    /// <summary>Writes a row for every layer and pole.</summary>
    public static void Write(IReadOnlyList<GroundTruthLayer> layers)
    {
        var table = new Table { Border = TableBorder.Simple, Title = new("What explains the triggers of a cell?") };
        // Eight columns that fit a terminal of 80.
        table.AddColumns("\nlayer", "topic\npurity", "word\npurity", "topic NMI\n(chance)", "suffix NMI\n(chance)",
            "\nsuffix", "\ntopic", "\nboth");
        foreach (var column in table.Columns) column.RightAligned().NoWrap().Padding(1, 0);
        foreach (var layer in layers)
            table.AddRow(
                $"L{layer.Layer}{(layer.Pole == Pole.Negative ? "-" : "")}",
                $"{layer.Mean(cell => cell.TopicPurity):p0}", $"{layer.Mean(cell => cell.SuffixPurity[0]):p0}",
                Beside(layer.Mean(cell => cell.Topic.Information), layer.Mean(cell => cell.Topic.ByChance)),
                Beside(layer.Mean(cell => cell.Suffix.Information), layer.Mean(cell => cell.Suffix.ByChance)),
                Share(layer, ExplainedBy.Suffix), Share(layer, ExplainedBy.Topic), Share(layer, ExplainedBy.Both));
        Screen.Results.Write(table);
        Screen.Results.WriteLine(
            "Means and shares over the cells with enough triggers; verdicts at the 95th percentile of shuffled "
            + "labels. A suffix counts if it tells triggers from other prefixes of the same topic, a topic if it "
            + "tells them from others with the same last word. The rest are neither, or both in a way that cannot be "
            + "told apart.");
    }

    /// <summary>Writes how well the pattern study finds the cells that the truth calls topical.</summary>
    public static void Write(IReadOnlyList<TopicFinderScore> finder, string topical)
    {
        var table = new Table { Border = TableBorder.Simple, Title = new($"Topics found of the cells {topical}") };
        table.AddColumns("layer", "cells", "topical", "precision", "recall", "false alarms");
        foreach (var column in table.Columns) column.RightAligned().NoWrap().Padding(1, 0);
        foreach (var score in finder)
            table.AddRow(
                $"L{score.Layer}{(score.Pole == Pole.Negative ? "-" : "")}", $"{score.Topical.Count:N0}",
                Share(score.Topical), Share(score.Precision), Share(score.Recall), Share(score.FalseAlarms));
        Screen.Results.Write(table);
        Screen.Results.WriteLine(
            "Precision: of the cells that the pattern study labels with a topic, those that are topical (guessing "
            + "gives the share before it). " +
            "Recall: of the topical ones, those labelled. False alarms: of the others, those labelled. 95 % "
            + "intervals over stretches of text.");
    }

    private static string Share(Estimate share) => double.IsNaN(share.Value) ? "–"
        : double.IsNaN(share.Low) ? $"{share.Value:p0}" : $"{share.Value:p0} ({share.Low:p0}–{share.High:p0})";

    private static string Beside(double information, double byChance) => $"{information:f2} ({byChance:f2})";

    private static string Share(GroundTruthLayer layer, ExplainedBy verdict) => $"{layer.Share(verdict, Level):p0}";
}
