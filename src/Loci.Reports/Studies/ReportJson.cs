using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Loci.Reports.Figures;
using Loci.Studies;

namespace Loci.Reports.Studies;

/// <summary>
/// All numbers of a report for machines: what was read, our numbers beside the paper's, and every study's result.
/// </summary>
public static class ReportJson
{
    /// <summary>The document, UTF-8. A number that could not be measured is null.</summary>
    public static byte[] Write(Report report, StudyResults results)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("title", report.Title);
            json.WriteString("identity", report.Identity);
            json.WriteStartArray("manifest");
            foreach (var fact in report.Manifest)
            {
                json.WriteStartObject();
                json.WriteString("name", fact.Name);
                json.WriteString("value", fact.Value);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("sections");
            foreach (var section in report.Sections) Write(json, section);
            json.WriteEndArray();
            json.WritePropertyName("results");
            Write(json, results);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, StudyResults results)
    {
        json.WriteStartObject();
        json.WriteNumber("seed", results.Seed);
        json.WriteString("scale", results.Scale == StudyScale.Quick ? "quick" : "paper");
        Write(json, results.Found);
        if (results.Nulls is { } nulls)
        {
            json.WriteStartObject("nulls");
            json.WriteNumber("sentences", nulls.Sentences);
            foreach (var (name, found) in new[] { ("sample", nulls.Sample), ("random_weights", nulls.RandomWeights),
                ("shuffled_text", nulls.ShuffledText) })
            {
                json.WriteStartObject(name);
                Write(json, found);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("nulls");
        }
        json.WriteStartArray("costs");
        foreach (var cost in results.Costs)
        {
            json.WriteStartObject();
            json.WriteString("study", cost.Study);
            json.WriteString("on", cost.On);
            json.WriteNumber("seconds", cost.Seconds);
            json.WriteNumber("peak_bytes", cost.PeakBytes);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Measurements found)
    {
        foreach (var study in found.Studies)
        {
            json.WritePropertyName(study.Name.Replace('-', '_'));
            study.Write(json, found[study]);
        }
    }

    private static void Write(Utf8JsonWriter json, Section section)
    {
        json.WriteStartObject();
        json.WriteString("name", section.Name);
        json.WriteString("title", section.Title);
        json.WriteString("means", section.Means);
        json.WriteString("cannot_show", section.CannotShow);
        json.WriteStartArray("comparisons");
        foreach (var row in section.Comparisons)
        {
            json.WriteStartObject();
            json.WriteString("quantity", row.Quantity);
            Number("value", row.Ours?.Value);
            Number("low", row.Ours?.Low);
            Number("high", row.Ours?.High);
            json.WriteString("interval_over", row.Ours?.Over);
            json.WriteString("unit",
                row.Format switch { NumberFormat.Percent => "share", NumberFormat.Points => "share difference", _ =>
                    "number" });
            json.WriteString("sample", row.Sample);
            json.WriteString("paper", row.Paper);
            json.WriteString("where", row.Where);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();

        void Number(string name, double? value)
        {
            if (value is { } known && double.IsFinite(known)) json.WriteNumber(name, known);
            else json.WriteNull(name);
        }
    }
}
