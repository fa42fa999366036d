using System.Text.Encodings.Web;
using System.Text.Json;

namespace Loci.Studies.Annotation;

/// <summary>
/// The task as a JSON file: which key is which cell, and which prefixes are distractors. Not for annotators' eyes.
/// </summary>
internal static class AnnotationTaskFile
{
    private const int Format = 1;
    private const long MostBytes = 256 << 20;

    public static void Write(AnnotationTask task, string path)
    {
        using var file = new AtomicFile(path);
        using (var json = new Utf8JsonWriter(file.Stream,
            new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WriteString("model", task.Model);
            json.WriteString("model_hash", task.ModelHash);
            json.WriteNumber("seed", task.Seed);
            json.WriteStartArray("keys");
            foreach (var key in task.Keys)
            {
                json.WriteStartObject();
                json.WriteString("key", key.Name);
                json.WriteString("cell", key.Cell.ToString());
                json.WriteStartArray("lines");
                foreach (var line in key.Lines)
                {
                    json.WriteStartObject();
                    json.WriteString("text", line.Text);
                    json.WriteNumber("sentence", line.Sentence);
                    json.WriteNumber("position", line.Position);
                    json.WriteBoolean("distractor", line.Distractor);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        file.Commit();
    }

    /// <exception cref="InvalidFileException">The file is damaged.</exception>
    public static AnnotationTask Read(string path)
    {
        if (new FileInfo(path).Length > MostBytes)
            throw new InvalidFileException(path, $"is larger than {MostBytes:N0} bytes, more than any task");
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = json.RootElement;
            if (root.GetProperty("format").GetInt32() is > Format and var format)
                throw new UnsupportedException(
                    $"{path} has format {format}; this version of Loci reads up to {Format}. Use a newer one.");
            var task = new AnnotationTask(
                Text(root, "model"), Text(root, "model_hash"), root.GetProperty("seed").GetInt32(),
                [.. root.GetProperty("keys").EnumerateArray().Select(key => ReadKey(path, key))]);
            if (task.Keys.Count == 0) throw new InvalidFileException(path, "holds no key");
            if (task.Keys.GroupBy(key => key.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
                throw new InvalidFileException(path, $"has the key «{twice.Key}» twice");
            return task;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            throw new InvalidFileException(path, $"is not the task file of an annotation, or damaged: {e.Message}",
                inner: e);
        }
    }

    private static AnnotationKey ReadKey(string path, JsonElement key)
    {
        string name = Text(key, "key"), cell = Text(key, "cell");
        if (!CellId.TryParse(cell, out var id))
            throw new InvalidFileException(path, $"says that key «{name}» is «{cell}», which is not a cell");
        return new(name, id, [.. key.GetProperty("lines").EnumerateArray().Select(line => new AnnotationLine(
            Text(line, "text"), line.GetProperty("sentence").GetInt64(), line.GetProperty("position").GetInt32(),
            line.GetProperty("distractor").GetBoolean()))]);
    }

    private static string Text(JsonElement of, string name) =>
        of.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");
}
