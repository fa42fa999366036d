using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Loci.Editing;

/// <summary>
/// A journal as JSON lines: the head, an edit a line, and last the SHA-256 of every line before. See
/// <c>docs/editing.md</c>. It is written whole beside itself and then renamed, so that a kill leaves the old file or
/// the
/// new one.
/// </summary>
internal static class JournalFile
{
    private const int Version = 1;
    private const long MostBytes = 1L << 31;

    private static readonly JsonWriterOptions s_options =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static ReadOnlySpan<byte> Start => "{\"loci_journal\":"u8;

    /// <summary>What a journal is of.</summary>
    public sealed record Head(string Model, string Base);

    /// <summary>True for a file that begins like a journal.</summary>
    public static bool Is(string path)
    {
        if (!File.Exists(path) || FileType.Of(path) is not null) return false;
        try
        {
            return InputFile.Start(path).AsSpan().StartsWith(Start);
        }
        catch (LociException)
        {
            return false; // what cannot be read is opened as something else, and refused there
        }
    }

    /// <exception cref="LociException">There is no journal, or it is damaged.</exception>
    public static (Head Head, ImmutableArray<JournalEntry> Entries, string Seal) Read(string path)
    {
        byte[] bytes = InputFile.Read(path, MostBytes);
        if (!bytes.AsSpan().StartsWith(Start))
            throw new InvalidFileException(path, "is no journal of edits: it does not begin with {\"loci_journal\":");
        string seal = CheckSeal(path, bytes, out int end);
        try
        {
            var lines = Encoding.UTF8.GetString(bytes, 0, end).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var head = ReadHead(path, lines[0]);
            var entries = lines.Skip(1).Select(JournalLine.Read).ToImmutableArray();
            if (entries.Select(entry => entry.Number).Distinct().Count() < entries.Length)
                throw new InvalidFileException(path, "gives two edits the same number");
            return (head, entries, seal);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException
            or KeyNotFoundException or ArgumentException or OverflowException)
        {
            throw new InvalidFileException(path, $"holds an edit that cannot be: {e.Message}", inner: e);
        }
    }

    /// <summary>Writes a journal in the place of the one with a seal; gives the new seal.</summary>
    public static string Write(
        string path, string model, string identity, ImmutableArray<JournalEntry> entries, string expected)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Line(buffer, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("loci_journal", Version);
            json.WriteString("model", model);
            json.WriteString("base_sha256", identity);
            json.WriteEndObject();
        });
        foreach (var entry in entries) Line(buffer, json => JournalLine.Write(json, entry));
        string seal = Hash(buffer.WrittenSpan);
        Line(buffer, json =>
        {
            json.WriteStartObject();
            json.WriteString("sha256", seal);
            json.WriteEndObject();
        });
        // Nobody else writes while this file is open: what stands there now is what is replaced.
        using var file = new AtomicFile(path);
        string there = File.Exists(path) ? Is(path) ? CheckSeal(path, InputFile.Read(path, MostBytes), out _) : "?"
            : "";
        if (there != expected)
            throw new LociException(there == "?"
                ? $"{path} is there already and is no journal of edits. Give another name."
                : $"{path} was changed by somebody else meanwhile; nothing is written. Do it again.");
        file.Stream.Write(buffer.WrittenSpan);
        file.Commit();
        return seal;
    }

    private static Head ReadHead(string path, string line)
    {
        using var json = JsonDocument.Parse(line);
        int version = json.RootElement.GetProperty("loci_journal").GetInt32();
        if (version != Version)
            throw new InvalidFileException(path, $"is a journal of version {version}; this program reads {Version}");
        string identity = json.RootElement.GetProperty("base_sha256").GetString()!;
        if (identity.Length != 64) throw new InvalidFileException(path, "does not say which model it edits");
        return new(json.RootElement.GetProperty("model").GetString()!, identity);
    }

    // The last line seals all before it.
    private static string CheckSeal(string path, byte[] bytes, out int end)
    {
        var span = bytes.AsSpan();
        end = span.Length < 2 ? 0 : span[..^1].LastIndexOf((byte)'\n') + 1;
        string stored = "";
        try
        {
            using var json = JsonDocument.Parse(bytes.AsMemory(end));
            if (json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("sha256", out var value)) stored = value.GetString() ?? "";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // said below
        }
        if (stored.Length == 0)
            throw new InvalidFileException(path, "is cut off: its last line is not the checksum of the others");
        string seal = Hash(span[..end]);
        return stored == seal ? seal
            : throw new InvalidFileException(path, "is damaged: the checksum does not fit what stands before it");
    }

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static void Line(ArrayBufferWriter<byte> buffer, Action<Utf8JsonWriter> content)
    {
        using (var json = new Utf8JsonWriter(buffer, s_options)) content(json);
        buffer.Write("\n"u8);
    }
}
