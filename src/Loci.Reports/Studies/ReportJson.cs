using System.Buffers;
using System.Text.Json;
using Loci.Reports.Figures;
using Loci.Studies;
using Loci.Views;

namespace Loci.Reports.Studies;

/// <summary>
/// All numbers of a report for machines: what was read, our numbers beside the paper's, and every study's result.
/// </summary>
public static class ReportJson
{
    /// <summary>The document, UTF-8, a <see cref="ReportView"/>. A number that could not be measured is null.</summary>
    public static byte[] Write(Report report, StudyResults results) => ViewJson.WriteCompact(new ReportView(
        report.Title, report.Identity, [.. report.Manifest.Select(fact => new NamedView(fact.Name, fact.Value))],
        [.. report.Sections.Select(View)], Results(results)));

    private static ReportSectionView View(Section section) => new(
        section.Name, section.Title, section.Means, section.CannotShow, [.. section.Comparisons.Select(View)]);

    private static ComparisonView View(Comparison row) => new(
        row.Quantity, Known(row.Ours?.Value), Known(row.Ours?.Low), Known(row.Ours?.High), row.Ours?.Over,
        row.Format switch
        {
            NumberFormat.Percent => "share",
            NumberFormat.Points => "share difference",
            _ => "number",
        },
        row.Sample, row.Paper, row.Where);

    private static double? Known(double? value) => value is { } known && double.IsFinite(known) ? known : null;

    // Every study writes its own result.
    private static JsonElement Results(StudyResults results)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("seed", results.Seed);
            json.WriteString("scale", results.Scale == StudyScale.Quick ? "quick" : "paper");
            Write(json, results.Found);
            if (results.Nulls is { } nulls) Write(json, nulls);
            else json.WriteNull("nulls");
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
        var reader = new Utf8JsonReader(buffer.WrittenSpan);
        return JsonElement.ParseValue(ref reader);
    }

    private static void Write(Utf8JsonWriter json, NullResults nulls)
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

    private static void Write(Utf8JsonWriter json, Measurements found)
    {
        foreach (var study in found.Studies)
        {
            json.WritePropertyName(study.Name.Replace('-', '_'));
            study.Write(json, found[study]);
        }
    }
}
