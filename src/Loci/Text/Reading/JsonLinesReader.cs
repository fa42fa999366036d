using System.Text;
using System.Text.Json;

namespace Loci.Text.Reading;

/// <summary>
/// One JSON value a line: an object with the text in a field, or a string. A line that is neither is an error that
/// names it, because skipping would turn a mistyped field into a silently empty corpus. Blank lines are passed over.
/// </summary>
internal sealed class JsonLinesReader(string path, CorpusOptions options, CorpusStatistics statistics, long? from)
    : DocumentReader(path, options, statistics, from)
{
    private readonly int _longest = LongestValue(options);
    private readonly string _fieldName = options.Field;
    private readonly byte[] _field = Encoding.UTF8.GetBytes(options.Field);
    private long _line;

    protected override bool TryRead(out ReadOnlySpan<byte> document)
    {
        while (TryReadLine(out var line))
        {
            if (line.Trim(" \t\r"u8).IsEmpty) continue;
            document = TextOf(line);
            return true;
        }

        document = default;
        return false;
    }

    private bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        _line++;
        int searched = 0;
        while (true)
        {
            line = Window.Unread;
            int found = line[searched..].IndexOf((byte)'\n');
            if (found >= 0)
            {
                line = line[..(searched + found)];
                Window.Skip(line.Length + 1);
                return true;
            }

            searched = line.Length;
            if (searched > _longest) throw Invalid($"longer than {_longest} bytes");
            if (Window.Extend()) continue;
            line = Window.Unread;
            Window.Skip(line.Length);
            return !line.IsEmpty;
        }
    }

    private ReadOnlySpan<byte> TextOf(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 256 });
            reader.Read();
            ReadOnlySpan<byte> text;
            int unpaired;
            if (reader.TokenType == JsonTokenType.String) text = JsonString.Bytes(reader, out unpaired);
            else if (reader.TokenType == JsonTokenType.StartObject) text = FieldOf(ref reader, out unpaired);
            else
                throw Invalid(reader.TokenType == JsonTokenType.StartArray
                    ? "neither an object nor a string (a file that is one array is a .json)"
                    : "neither an object nor a string");
            while (reader.Read()) { } // the rest of the line is to be valid too
            CountInvalidSequences(unpaired);
            return text;
        }
        catch (JsonException e)
        {
            throw Invalid($"not valid JSON at byte {e.BytePositionInLine} of the line", e);
        }
    }

    private ReadOnlySpan<byte> FieldOf(scoped ref Utf8JsonReader reader, out int unpaired)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool wanted = JsonString.Is(reader, _field);
            reader.Read();
            if (!wanted)
            {
                reader.Skip();
                continue;
            }

            if (reader.TokenType != JsonTokenType.String) throw Invalid($"the field \"{_fieldName}\" is not a string");
            var text = JsonString.Bytes(reader, out unpaired);
            while (reader.Read() && reader.CurrentDepth > 0) { }
            return text;
        }

        throw Invalid($"no field \"{_fieldName}\"");
    }

    private InvalidFileException Invalid(string problem, Exception? inner = null) =>
        new(Path, $"line {_line}: {problem}", null, inner);
}
