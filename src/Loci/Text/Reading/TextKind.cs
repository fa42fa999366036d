using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Loci.Text.Reading;

/// <summary>Tells text from what is none by what stands in a file.</summary>
internal static class TextKind
{
    /// <summary>Invalid characters in a hundred that a text may have.</summary>
    public const int MostInvalidPercent = 1;

    private const int ManyNulsPercent = 20; // of text in UTF-16 that is read as UTF-8 some half

    /// <summary>
    /// Refuses a file that is evidently no text. A format whose mark is text as well is one only
    /// with other bytes behind it.
    /// </summary>
    /// <exception cref="InvalidFileException">It is none; says what it is.</exception>
    public static void Require(ReadOnlySpan<byte> start, string path)
    {
        start = start[..Math.Min(start.Length, FileKind.Sees)];
        if (FileKind.Of(start) is not { } kind || kind == FileKind.Json || kind == FileKind.Html
            || kind == FileKind.Utf16 || kind == FileKind.Utf32)
            return;
        if (kind == FileKind.LfsPointer || !IsPlain(start))
            throw new InvalidFileException(path, $"is {kind.Name}, not text: {kind.Advice}", 0);
    }

    /// <summary>Refuses JSON where plain text is expected: its keys and quotes would be read as text.</summary>
    /// <param name="start">The file as far as it has been read.</param>
    /// <param name="whole">True where that is all of it.</param>
    /// <param name="path">Its name.</param>
    /// <exception cref="InvalidFileException">
    /// The first line is a JSON object, or the file a JSON array of texts.
    /// </exception>
    public static void RefuseJson(ReadOnlySpan<byte> start, bool whole, string path)
    {
        var text = start.TrimStart(" \t\r\n"u8);
        if (text.IsEmpty || text[0] is not ((byte)'{' or (byte)'[')) return;
        if (text[0] == '{')
        {
            int end = text.IndexOf((byte)'\n');
            if ((end >= 0 || whole) && IsObject(end < 0 ? text : text[..end]))
                throw new InvalidFileException(
                    path, "is JSON lines, not plain text: give it a name that ends in .jsonl", 0);
        }
        else if (BeginsArrayOfTexts(text))
            throw new InvalidFileException(
                path, "is a JSON array, not plain text: give it a name that ends in .json", 0);
    }

    /// <summary>Refuses a text of which too much is none.</summary>
    /// <param name="characters">Characters seen.</param>
    /// <param name="invalid">Those that are no UTF-8.</param>
    /// <param name="nuls">NULs among them.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidFileException">
    /// More than <see cref="MostInvalidPercent"/> in a hundred are none.
    /// </exception>
    public static void RequireValid(long characters, long invalid, long nuls, string path)
    {
        if ((invalid + nuls) * 100 <= characters * MostInvalidPercent) return;
        string share = string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"{100.0 * (invalid + nuls) / characters:f1} %");
        throw new InvalidFileException(path, nuls * 100 > characters * ManyNulsPercent
            ? $"{share} of its characters are NUL: it is no text, or UTF-16 without a byte order mark. Convert it "
            + "with iconv -f UTF-16LE -t UTF-8"
            : $"{share} of its characters are not UTF-8: it is no text, or in another encoding. Convert it, such as "
            + "with iconv -f WINDOWS-1252 -t UTF-8, " +
              "or read it all the same with --allow-invalid (in the library, CorpusOptions.AllowInvalid)");
    }

    /// <summary>The same, of the first bytes of a file.</summary>
    /// <param name="start">The file as far as it has been read.</param>
    /// <param name="whole">True where that is all of it.</param>
    /// <param name="path">Its name.</param>
    public static void RequireValid(ReadOnlySpan<byte> start, bool whole, string path)
    {
        // A character that the end of the buffer cuts is not looked at.
        if (!whole && start.Length > 4) start = start[..^4];
        long characters = 0, invalid = 0, nuls = start.Count((byte)0);
        while (!start.IsEmpty)
        {
            int bad = Utf8.IsValid(start) ? start.Length : Valid(start);
            foreach (byte value in start[..bad])
                if ((value & 0xC0) != 0x80) characters++;
            start = start[bad..];
            if (start.IsEmpty) break;
            Rune.DecodeFromUtf8(start, out _, out int length);
            (characters, invalid) = (characters + 1, invalid + 1);
            start = start[length..];
        }
        if (characters > 0) RequireValid(characters, invalid, nuls, path);
    }

    // How many bytes stand before the first invalid sequence.
    private static int Valid(ReadOnlySpan<byte> text)
    {
        int at = 0;
        while (at < text.Length && Rune.DecodeFromUtf8(text[at..], out _, out int length) == OperationStatus.Done)
            at += length;
        return at;
    }

    private static bool IsPlain(ReadOnlySpan<byte> text)
    {
        foreach (byte value in text)
            if (value < 32 && value is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or 12)) return false;
        return Valid(text) > text.Length - 4; // the last character may be cut
    }

    private static bool IsObject(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 256 });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject) return false;
            int fields = 0;
            while (reader.Read())
                if (reader.TokenType == JsonTokenType.PropertyName) fields++;
            return fields > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool BeginsArrayOfTexts(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text, isFinalBlock: false, new JsonReaderState(new() { MaxDepth = 256 }));
            return reader.Read() && reader.Read() && reader.TokenType switch
            {
                JsonTokenType.StartObject => reader.TrySkip(),
                JsonTokenType.String => reader.Read(), // what follows is a comma and more, or the end: JSON so far
                _ => false,
            };
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
