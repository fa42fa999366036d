using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Loci.Views;

namespace Loci.Cli;

/// <summary>JSON on standard output.</summary>
internal static class JsonOutput
{
    /// <summary>Writes a view and a line end.</summary>
    public static void Write<T>(T view) => Write(ViewJson.Write(view).AsSpan());

    /// <summary>Writes one document and a line end.</summary>
    public static void Write(Action<Utf8JsonWriter> content)
    {
        // Whole before its first character is shown: a failure half-way leaves no broken document.
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer,
            new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            content(writer);
        Write(buffer.WrittenSpan);
    }

    /// <summary>Writes a finished document, UTF-8, and a line end: bytes are no view.</summary>
    public static void Write(byte[] document) => Write(document.AsSpan());

    /// <summary>
    /// Writes a finished document, UTF-8, and a line end. What a terminal would not show as it is stands escaped.
    /// </summary>
    public static void Write(ReadOnlySpan<byte> document)
    {
        Console.Out.Write(JsonText.Escape(Encoding.UTF8.GetString(document)));
        Console.Out.Write('\n');
    }
}
