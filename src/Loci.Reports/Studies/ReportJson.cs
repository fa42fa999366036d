using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Loci.Reports.Figures;
using Loci.Studies;

namespace Loci.Reports.Studies;

/// <summary>All numbers of a report for machines: what was read, our numbers beside the paper's, and every study's result.</summary>
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
            JsonSerializer.Serialize(json, results, StudyJson.Default.StudyResults);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
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
            json.WriteString("unit", row.Format == NumberFormat.Percent ? "share" : "number");
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

/// <summary>Results as they are, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true,
    Converters = [typeof(CellIdJson), typeof(FiniteJson)])]
[JsonSerializable(typeof(StudyResults))]
internal sealed partial class StudyJson : JsonSerializerContext;

/// <summary>A cell as people write it.</summary>
internal sealed class CellIdJson : JsonConverter<CellId>
{
    public override CellId Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        CellId.TryParse(reader.GetString() ?? "", out var cell) ? cell : throw new JsonException("not a cell");

    public override void Write(Utf8JsonWriter writer, CellId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>JSON has no NaN and no infinity: they are null.</summary>
internal sealed class FiniteJson : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        if (double.IsFinite(value)) writer.WriteNumberValue(value);
        else writer.WriteNullValue();
    }
}
