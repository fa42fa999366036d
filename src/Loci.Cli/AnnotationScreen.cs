using Loci.Studies.Annotation;
using Loci.Studies.Statistics;
using Spectre.Console;
using Plain = Spectre.Console.Text;

namespace Loci.Cli;

/// <summary>What annotators found, on the screen.</summary>
internal static class AnnotationScreen
{
    public static void Write(AnnotationResult result)
    {
        var screen = Screen.Results;
        foreach (var annotator in result.Annotators)
        {
            Console.Out.WriteLine(
                $"{annotator.Name}: a pattern in {Share(annotator.WithPattern)} of {result.Keys} keys, "
                    + $"{annotator.Patterns.Value:f1} a key; " +
                $"distractors marked {Share(annotator.Distractors)}" +
                (annotator.TooRare > 0
                    ? $"; {annotator.TooRare} patterns on fewer than {Annotations.Least} prefixes left out"
                    : ""));
            var table = Table("layer", "keys", "covered", "phrases only", "topic only", "both");
            foreach (var layer in annotator.Layers)
                Row(
                    table, $"{layer.Layer}", $"{layer.Keys}", Share(layer.Triggers.Any), Share(layer.Triggers.Shallow),
                    Share(layer.Triggers.Semantic), Share(layer.Triggers.Both));
            screen.Write(table);
        }
        if (result.Pairs.Count + result.Automatic.Count == 0) return;
        var agreement = Table("agreement", "on", "same", "by chance", "Cohen's κ");
        foreach (var pair in result.Pairs)
        {
            Row(agreement, $"{pair.First}, {pair.Second}", "kind of key", pair.Keys);
            Row(agreement, $"{pair.First}, {pair.Second}", "prefix has a pattern", pair.Prefixes);
        }
        foreach (var one in result.Automatic) Row(agreement, $"{one.Name}, automatic", "kind of key", one.Keys);
        screen.Write(agreement);
    }

    private static Table Table(params string[] columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns(columns);
        return table;
    }

    private static void Row(Table table, string who, string on, CohenKappa kappa) => Row(
        table, who, on, $"{kappa.Observed:p0}", $"{kappa.Expected:p0}",
        double.IsNaN(kappa.Kappa.Value)
            ? "undefined"
            : $"{kappa.Kappa.Value:f2} ({kappa.Kappa.Low:f2} to {kappa.Kappa.High:f2}), n = {kappa.Kappa.Count}");

    private static void Row(Table table, params string[] cells) =>
        table.AddRow(cells.Select(cell => new Plain(VisibleText.Line(cell))));

    private static string Share(Estimate share) =>
        share.Count == 0 ? "–" : $"{share.Value:p0} ({share.Low:p0} to {share.High:p0})";
}
