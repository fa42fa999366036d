using System.Text.Json;
using Loci.Studies.Annotation;
using Loci.Studies.Statistics;
using Spectre.Console;
using Plain = Spectre.Console.Text;

namespace Loci.Cli;

/// <summary>What annotators found, on the screen and as JSON.</summary>
internal static class AnnotationView
{
    public static void WriteTables(AnnotationResult result)
    {
        var screen = Screen.Results;
        foreach (var annotator in result.Annotators)
        {
            Console.Out.WriteLine(
                $"{annotator.Name}: a pattern in {Share(annotator.WithPattern)} of {result.Keys} keys, {annotator.Patterns.Value:f1} a key; " +
                $"distractors marked {Share(annotator.Distractors)}" +
                (annotator.TooRare > 0 ? $"; {annotator.TooRare} patterns on fewer than {Annotations.Least} prefixes left out" : ""));
            var table = Table("layer", "keys", "covered", "shallow only", "semantic only", "both");
            foreach (var layer in annotator.Layers)
                Row(table, $"{layer.Layer}", $"{layer.Keys}", Share(layer.Triggers.Any), Share(layer.Triggers.Shallow), Share(layer.Triggers.Semantic), Share(layer.Triggers.Both));
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

    public static void WriteJson(Utf8JsonWriter json, AnnotationResult result)
    {
        json.WriteStartObject();
        json.WriteNumber("keys", result.Keys);
        json.WriteStartArray("annotators");
        foreach (var annotator in result.Annotators)
        {
            json.WriteStartObject();
            json.WriteString("name", annotator.Name);
            Write(json, "with_pattern", annotator.WithPattern);
            Write(json, "patterns_per_key", annotator.Patterns);
            json.WriteNumber("patterns_too_rare", annotator.TooRare);
            Write(json, "distractors_marked", annotator.Distractors);
            json.WriteStartArray("layers");
            foreach (var layer in annotator.Layers)
            {
                json.WriteStartObject();
                json.WriteNumber("layer", layer.Layer);
                json.WriteNumber("keys", layer.Keys);
                Write(json, "covered", layer.Triggers.Any);
                Write(json, "shallow", layer.Triggers.Shallow);
                Write(json, "semantic", layer.Triggers.Semantic);
                Write(json, "both", layer.Triggers.Both);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("agreement");
        foreach (var pair in result.Pairs)
        {
            Write(json, pair.First, pair.Second, "keys", pair.Keys);
            Write(json, pair.First, pair.Second, "prefixes", pair.Prefixes);
        }
        foreach (var one in result.Automatic) Write(json, one.Name, "automatic", "keys", one.Keys);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static Table Table(params string[] columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns(columns);
        return table;
    }

    private static void Row(Table table, string who, string on, CohenKappa kappa) => Row(
        table, who, on, $"{kappa.Observed:p0}", $"{kappa.Expected:p0}",
        double.IsNaN(kappa.Kappa.Value) ? "undefined" : $"{kappa.Kappa.Value:f2} ({kappa.Kappa.Low:f2} to {kappa.Kappa.High:f2}), n = {kappa.Kappa.Count}");

    private static void Row(Table table, params string[] cells) => table.AddRow(cells.Select(cell => new Plain(TokenText.Visible(cell).Replace('·', ' '))));

    private static string Share(Estimate share) =>
        share.Count == 0 ? "–" : $"{share.Value:p0} ({share.Low:p0} to {share.High:p0})";

    private static void Write(Utf8JsonWriter json, string first, string second, string on, CohenKappa kappa)
    {
        json.WriteStartObject();
        json.WriteString("first", first);
        json.WriteString("second", second);
        json.WriteString("on", on);
        Write(json, "kappa", kappa.Kappa);
        Number(json, "observed", kappa.Observed);
        Number(json, "expected", kappa.Expected);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, Estimate estimate)
    {
        json.WriteStartObject(name);
        Number(json, "value", estimate.Value);
        Number(json, "low", estimate.Low);
        Number(json, "high", estimate.High);
        json.WriteNumber("count", estimate.Count);
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }
}
