using Loci.Memory.Recall;
using Loci.Studies;
using Spectre.Console;

namespace Loci.Cli;

/// <summary>What explains the triggers of cells, by layer, on the screen.</summary>
internal static class GroundTruthTable
{
    private static readonly ExplainedBy[] s_verdicts = Enum.GetValues<ExplainedBy>();

    /// <summary>Writes a row for every layer and pole.</summary>
    public static void Write(IReadOnlyList<GroundTruthLayer> layers)
    {
        var table = new Table { Border = TableBorder.Simple, Title = new("What explains the triggers of a cell?") };
        table.AddColumns("\nlayer", "\ncells", "topic\npurity", "last-word\npurity", "topic\nNMI", "by\nchance", "suffix\nNMI", "by\nchance");
        foreach (var verdict in s_verdicts) table.AddColumn($"\n{verdict.ToString().ToLowerInvariant()}");
        foreach (var column in table.Columns) column.RightAligned().NoWrap().Padding(1, 0);
        foreach (var layer in layers)
            table.AddRow([
                $"L{layer.Layer}{(layer.Pole == Pole.Negative ? "-" : "")}", $"{layer.Explained.Count}",
                $"{layer.Mean(cell => cell.TopicPurity):p0}", $"{layer.Mean(cell => cell.SuffixPurity[0]):p0}",
                $"{layer.Mean(cell => cell.Topic.Information):f2}", $"{layer.Mean(cell => cell.Topic.ByChance):f2}",
                $"{layer.Mean(cell => cell.Suffix.Information):f2}", $"{layer.Mean(cell => cell.Suffix.ByChance):f2}",
                .. s_verdicts.Select(verdict => $"{layer.Share(verdict, 0.05):p0}"),
            ]);
        Screen.Results.Write(table);
        Console.Out.WriteLine("Means and shares over the cells with enough triggers; verdicts at the 95th percentile of shuffled labels.");
    }
}
