using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Loci.Cli;

/// <summary>JSON on standard output.</summary>
internal static class JsonOutput
{
    /// <summary>Writes one document and a line end.</summary>
    public static void Write(Action<Utf8JsonWriter> content)
    {
        // Whole before its first character is shown: a failure half-way leaves no broken document.
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            content(writer);
        Write(buffer.WrittenSpan);
    }

    /// <summary>Writes a finished document, UTF-8, and a line end.</summary>
    public static void Write(ReadOnlySpan<byte> document)
    {
        Console.Out.Write(Encoding.UTF8.GetString(document));
        Console.Out.Write('\n');
    }
}
