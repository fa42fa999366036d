using Loci.Memory.Recall;
using Loci.Studies.Truth;
using Spectre.Console;

namespace Loci.Cli;

/// <summary>What explains the triggers of cells, by layer, on the screen.</summary>
internal static class GroundTruthTable
{
    private const double Level = 0.05;

    /// <summary>Writes a row for every layer and pole.</summary>
    public static void Write(IReadOnlyList<GroundTruthLayer> layers)
    {
        var table = new Table { Border = TableBorder.Simple, Title = new("What explains the triggers of a cell?") };
        // Eight columns that fit a terminal of 80.
        table.AddColumns("\nlayer", "topic\npurity", "word\npurity", "topic NMI\n(chance)", "suffix NMI\n(chance)", "\nsuffix", "\ntopic", "\nboth");
        foreach (var column in table.Columns) column.RightAligned().NoWrap().Padding(1, 0);
        foreach (var layer in layers)
            table.AddRow(
                $"L{layer.Layer}{(layer.Pole == Pole.Negative ? "-" : "")}",
                $"{layer.Mean(cell => cell.TopicPurity):p0}", $"{layer.Mean(cell => cell.SuffixPurity[0]):p0}",
                Beside(layer.Mean(cell => cell.Topic.Information), layer.Mean(cell => cell.Topic.ByChance)),
                Beside(layer.Mean(cell => cell.Suffix.Information), layer.Mean(cell => cell.Suffix.ByChance)),
                Share(layer, ExplainedBy.Suffix), Share(layer, ExplainedBy.Topic), Share(layer, ExplainedBy.Both));
        Screen.Results.Write(table);
        Screen.Results.WriteLine("Means and shares over the cells with enough triggers; verdicts at the 95th percentile of shuffled labels. A suffix counts if it tells triggers from other prefixes of the same topic, a topic if it tells them from others with the same last word. The rest are neither, or both in a way that cannot be told apart.");
    }

    private static string Beside(double information, double byChance) => $"{information:f2} ({byChance:f2})";

    private static string Share(GroundTruthLayer layer, ExplainedBy verdict) => $"{layer.Share(verdict, Level):p0}";
}
