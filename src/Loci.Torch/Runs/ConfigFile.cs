using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Loci.Torch.Runs;

/// <summary>
/// Reads a training's config: unknown settings are refused by name, and those that are missing or of another kind.
/// </summary>
public static class ConfigFile
{
    private static readonly JsonSerializerOptions s_format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        RespectNullableAnnotations = true, MaxDepth = 16, AllowDuplicateProperties = false, WriteIndented = true,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <exception cref="LociException">The file cannot be read, or is not a config.</exception>
    public static TrainingConfig Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LociException($"Cannot read the config {path}: {e.Message}", e);
        }
        return Parse(bytes, path);
    }

    /// <summary>A config from its text.</summary>
    public static TrainingConfig Parse(ReadOnlyMemory<byte> json, string path)
    {
        try
        {
            return Read<TrainingConfig>(ModelPresets.Fill(Document(json), path), "", path);
        }
        catch (JsonException e)
        {
            string at = e.Path is null or "$" ? "" : $"{e.Path.TrimStart('$', '.')}: ";
            string problem = e.Message.Split(" Path: ")[0];
            throw new InvalidFileException(path, $"{at}{Plain(problem)}", inner: e);
        }
    }

    /// <summary>The config as its file could say it, with every setting that has a value.</summary>
    public static string Write(TrainingConfig config) => JsonSerializer.Serialize(config, s_format);

    /// <summary>A part of a config, or the whole.</summary>
    /// <exception cref="InvalidFileException">A setting is not known, missing, or of another kind.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static T Read<T>(JsonNode? json, string at, string path)
    {
        using var document = Document(Encoding.UTF8.GetBytes(json?.ToJsonString() ?? "null"));
        CheckNames(document.RootElement, typeof(T), at, path);
        return document.Deserialize<T>(s_format)!;
    }

    private static JsonDocument Document(ReadOnlyMemory<byte> json) => JsonDocument.Parse(json, new()
    {
        CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 16,
        AllowDuplicateProperties = false,
    });

    private static void CheckNames(JsonElement element, Type type, string at, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new InvalidFileException(path, $"{(at.Length == 0 ? "the file" : at)} is not a JSON object");
        var known = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .ToDictionary(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name), property => property);
        foreach (var setting in element.EnumerateObject())
        {
            string name = at.Length == 0 ? setting.Name : $"{at}.{setting.Name}";
            if (!known.TryGetValue(setting.Name, out var property))
                throw new InvalidFileException(path,
                    $"{ErrorText.Quote(name)} is not a setting; there are {string.Join(", ", known.Keys)}");
            if (setting.Value.ValueKind == JsonValueKind.Object && property.PropertyType.Namespace == type.Namespace)
                CheckNames(setting.Value, property.PropertyType, name, path);
        }
        string[] missing = [
            .. known.Where(
                pair =>
                    pair.Value.CustomAttributes.Any(
                        attribute => attribute.AttributeType.Name == "RequiredMemberAttribute")
            && !element.TryGetProperty(pair.Key, out _)).Select(pair => pair.Key)];
        if (missing.Length > 0)
            throw new InvalidFileException(path,
                $"{(at.Length == 0 ? "the config" : at)} lacks {string.Join(", ", missing)}");
    }

    // «The JSON value could not be converted to System.Int32.»
    private static string Plain(string problem) => problem
        .Replace("System.Nullable`1[", "", StringComparison.Ordinal)
        .Replace("System.Int32", "a whole number", StringComparison.Ordinal)
        .Replace("System.Int64", "a whole number", StringComparison.Ordinal)
        .Replace("System.UInt64", "a whole number", StringComparison.Ordinal)
        .Replace("System.Double", "a number", StringComparison.Ordinal)
        .Replace("System.String", "a text", StringComparison.Ordinal)
        .Replace("System.Boolean", "true or false", StringComparison.Ordinal)
        .Replace("]", "", StringComparison.Ordinal);
}
