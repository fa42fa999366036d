using System.Text.Json;
using System.Text.Json.Serialization;

namespace Loci.Studies;

/// <summary>A cell as people write it.</summary>
internal sealed class CellIdJson : JsonConverter<CellId>
{
    public override CellId Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && CellId.TryParse(reader.GetString()!, out var cell)
        ? cell
        : throw new JsonException("not a cell");

    public override void Write(Utf8JsonWriter writer, CellId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

/// <summary>JSON has no NaN and no infinity: they are null.</summary>
internal sealed class FiniteJson : JsonConverter<double>
{
    public override bool HandleNull => true;

    public override double Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        if (double.IsFinite(value)) writer.WriteNumberValue(value);
        else writer.WriteNullValue();
    }
}
