using System.Text.Json;

namespace Loci.Models.Hub;

/// <summary>What the hub says of a model at a revision.</summary>
/// <param name="Commit">The commit the revision means now, 40 hexadecimal digits.</param>
/// <param name="Files">Every file, by its path in the model's repository.</param>
internal sealed record HubReply(string Commit, IReadOnlySet<string> Files)
{
    /// <summary>Most bytes of a reply that are read.</summary>
    public const int MaxBytes = 64 << 20;

    private const int MaxDepth = 64;

    /// <summary>
    /// Reads and checks a reply; a path that would leave its folder makes the whole reply untrustworthy.
    /// </summary>
    public static HubReply Parse(ReadOnlySpan<byte> json, string address)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        string? commit = null;
        HashSet<string>? files = null;
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("an object was expected");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool sha = reader.ValueTextEquals("sha"u8), siblings = reader.ValueTextEquals("siblings"u8);
                reader.Read();
                if (sha) commit = ReadText(ref reader);
                else if (siblings) files = ReadFiles(ref reader, address);
                else reader.Skip();
            }
            while (reader.Read()) { } // anything but white space after the object is a JsonException
        }
        catch (JsonException e)
        {
            throw new InvalidFileException(
                address, $"the hub's reply is not the JSON expected: {e.Message}", reader.TokenStartIndex, e);
        }
        catch (InvalidOperationException e) // what the JSON reader says of text that is not Unicode
        {
            throw new InvalidFileException(
                address, "the hub's reply holds text that is not Unicode", reader.TokenStartIndex, e);
        }
        if (commit is null || !HubModelId.IsCommit(commit))
            throw new InvalidFileException(address,
                $"the hub's reply names the commit {ErrorText.Quote(commit ?? "")}; 40 hexadecimal digits were "
                    + "expected");
        return new(commit, files ?? throw new InvalidFileException(address, "the hub's reply lists no files"));
    }

    private static HashSet<string> ReadFiles(ref Utf8JsonReader reader, string address)
    {
        var files = new HashSet<string>(StringComparer.Ordinal);
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("siblings is no list");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("a file is no object");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool named = reader.ValueTextEquals("rfilename"u8);
                reader.Read();
                if (!named)
                {
                    reader.Skip();
                    continue;
                }
                string file = ReadText(ref reader);
                if (!StaysInside(file))
                    throw new InvalidFileException(address,
                        $"the hub's reply names the file {ErrorText.Quote(file)}, which is no path inside a folder",
                        reader.TokenStartIndex);
                files.Add(file);
            }
        }
        return files;
    }

    private static string ReadText(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException("text was expected");

    private static bool StaysInside(string path) =>
        path.Length is > 0 and <= 1024 && !path.Any(c => c is '\\' or ':' || char.IsControl(c))
        && path.Split('/').All(part => part is not ("" or "." or ".."));
}
