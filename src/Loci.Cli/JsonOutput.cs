using System.Text;
using Loci.Views;

namespace Loci.Cli;

/// <summary>JSON on standard output.</summary>
internal static class JsonOutput
{
    /// <summary>Writes a view and a line end.</summary>
    public static void Write<T>(T view) => Write(ViewJson.Write(view).AsSpan());

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
