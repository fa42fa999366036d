using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Loci.Atlas.Storage;

/// <summary>
/// The manifest as rows of a key and a JSON value; the order and form of the rows follow from the contents alone.
/// </summary>
internal static class ManifestRows
{
    public static IEnumerable<(string Key, string Json)> Write(AtlasManifest manifest)
    {
        yield return ("attention", Json(w => w.WriteStringValue(manifest.Attention)));
        yield return ("context", Json(w => w.WriteNumberValue(manifest.Context)));
        yield return ("corpus", Json(w => WriteCorpus(w, manifest.Corpus)));
        yield return ("format", Json(w => w.WriteNumberValue(manifest.Format)));
        yield return ("invalid_characters", Json(w => w.WriteNumberValue(manifest.InvalidCharacters)));
        yield return ("loci_version", Json(w => w.WriteStringValue(manifest.LociVersion)));
        if (manifest.MaxSentences is { } most) yield return ("max_sentences", Json(w => w.WriteNumberValue(most)));
        yield return ("model", Json(w => w.WriteStringValue(manifest.Model)));
        yield return ("model_hash", Json(w => w.WriteStringValue(manifest.ModelHash)));
        if (manifest.ModelPlace is { } place) yield return ("model_place", Json(w => w.WriteStringValue(place)));
        if (manifest.Part is { } part) yield return ("part", Json(w => WritePart(w, part)));
        yield return ("prefixes", Json(w => w.WriteNumberValue(manifest.Prefixes)));
        yield return ("reading", Json(w => w.WriteStringValue(manifest.Reading)));
        yield return ("sentences", Json(w => w.WriteNumberValue(manifest.Sentences)));
        yield return ("sentences_cut", Json(w => w.WriteNumberValue(manifest.SentencesCut)));
        yield return ("spec", Json(w => WriteSpec(w, manifest.Spec)));
        yield return ("top", Json(w => w.WriteNumberValue(manifest.Top)));
        yield return ("unit", Json(w => w.WriteStringValue(manifest.Unit)));
        yield return ("value_tokens", Json(w => w.WriteNumberValue(manifest.ValueTokens)));
    }

    /// <exception cref="InvalidFileException">A key is missing or its value of the wrong form.</exception>
    public static AtlasManifest Read(IReadOnlyDictionary<string, string> rows, string path)
    {
        var values = new Dictionary<string, JsonElement>();
        string at = "";
        try
        {
            foreach (var (key, json) in rows)
            {
                at = key;
                using var document = JsonDocument.Parse(json);
                values[key] = document.RootElement.Clone();
            }
            JsonElement Value(string key) => values[at = key];
            return new()
            {
                Attention = values.ContainsKey("attention") ? Causal(Text(Value("attention")), path)
                    : AtlasManifest.Causal,
                Context = Value("context").GetInt32(),
                Corpus = [.. Value("corpus").EnumerateArray().Select(ReadCorpusFile)],
                Format = Value("format").GetInt32(),
                InvalidCharacters = Value("invalid_characters").GetInt64(),
                LociVersion = Text(Value("loci_version")),
                MaxSentences = values.ContainsKey("max_sentences") ? Value("max_sentences").GetInt64() : null,
                Model = Text(Value("model")),
                ModelHash = Text(Value("model_hash")),
                ModelPlace = values.ContainsKey("model_place") ? Text(Value("model_place")) : null,
                Part = values.ContainsKey("part") ? ReadPart(Value("part")) : null,
                Prefixes = Value("prefixes").GetInt64(),
                Reading = Text(Value("reading")),
                Sentences = Value("sentences").GetInt64(),
                SentencesCut = Value("sentences_cut").GetInt64(),
                Spec = ReadSpec(Value("spec")),
                Top = Value("top").GetInt32(),
                Unit = Text(Value("unit")),
                ValueTokens = Value("value_tokens").GetInt32(),
            };
        }
        catch (Exception error)
            when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidFileException(path, $"damaged atlas: manifest key «{at}»: {error.Message}", inner: error);
        }
    }

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            write(writer);
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static void WriteArray<T>(Utf8JsonWriter writer, IEnumerable<T> values, Action<T> write)
    {
        writer.WriteStartArray();
        foreach (var value in values) write(value);
        writer.WriteEndArray();
    }

    private static void WriteCorpus(Utf8JsonWriter writer, IReadOnlyList<SourceFile> corpus) =>
        WriteArray(writer, corpus, file =>
        {
            writer.WriteStartObject();
            writer.WriteString("name", file.Name);
            writer.WriteString("sha256", file.Sha256);
            writer.WriteNumber("bytes", file.Bytes);
            if (file.Place is { } place) writer.WriteString("place", place);
            writer.WriteEndObject();
        });

    private static SourceFile ReadCorpusFile(JsonElement file) => new(
        Text(file.GetProperty("name")), Text(file.GetProperty("sha256")), file.GetProperty("bytes").GetInt64(),
        file.TryGetProperty("place", out var place) ? Text(place) : null);

    private static void WritePart(Utf8JsonWriter writer, AtlasPart part)
    {
        writer.WriteStartObject();
        writer.WriteNumber("number", part.Number);
        writer.WriteNumber("of", part.Of);
        writer.WriteEndObject();
    }

    private static AtlasPart ReadPart(JsonElement part) =>
        new(part.GetProperty("number").GetInt32(), part.GetProperty("of").GetInt32());

    private static void WriteSpec(Utf8JsonWriter writer, AtlasModel spec)
    {
        writer.WriteStartObject();
        writer.WriteString("family", spec.Family);
        writer.WritePropertyName("cells_per_layer");
        WriteArray(writer, spec.CellsPerLayer, writer.WriteNumberValue);
        if (spec.ExpertsPerLayer.Count > 0)
        {
            writer.WritePropertyName("experts_per_layer");
            WriteArray(writer, spec.ExpertsPerLayer, writer.WriteNumberValue);
        }
        writer.WriteNumber("width", spec.Width);
        writer.WriteNumber("vocabulary", spec.Vocabulary);
        writer.WriteBoolean("gated", spec.Gated);
        writer.WriteString("tokenizer_hash", spec.TokenizerHash);
        writer.WriteEndObject();
    }

    private static AtlasModel ReadSpec(JsonElement spec)
    {
        var model = new AtlasModel(
            Text(spec.GetProperty("family")), Numbers(spec.GetProperty("cells_per_layer")), spec.GetProperty(
                "width").GetInt32(),
            spec.GetProperty("vocabulary").GetInt32(), spec.GetProperty("gated").GetBoolean(), Text(
                spec.GetProperty("tokenizer_hash")))
        {
            ExpertsPerLayer = spec.TryGetProperty("experts_per_layer", out var experts) ? Numbers(experts) : [],
        };
        if (model.ExpertsPerLayer.Count > 0 && model.ExpertsPerLayer.Count != model.Layers)
            throw new FormatException($"{model.ExpertsPerLayer.Count} numbers of experts for {model.Layers} layers");
        return model;
    }

    private static int[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetInt32())];

    private static string Causal(string attention, string path) => attention == AtlasManifest.Causal
        ? attention
        : throw new UnsupportedException(
            $"{path} is the atlas of a model whose attention is {ErrorText.Quote(attention)}: install a newer Loci");

    private static string Text(JsonElement value) =>
        value.GetString() ?? throw new JsonException("null where text belongs");
}
