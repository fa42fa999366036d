using System.Text.Encodings.Web;
using System.Text.Json;

namespace Loci.Text.Reading;

/// <summary>
/// A copy of documents that have no places in their own file, one JSON string a line, each as it was read: decoded,
/// and cut where it was too long.
/// </summary>
internal sealed class UnpackedText : IDisposable
{
    private static readonly JavaScriptEncoder s_encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private readonly AtomicFile _file;

    public UnpackedText(string path) => (Path, _file) = (System.IO.Path.GetFullPath(path), new(path));

    /// <summary>How such a copy is read: nothing in it is cut again.</summary>
    public static CorpusOptions Options { get; } = new() { MaxDocumentBytes = 1 << 29, AllowInvalid = true };

    public string Path { get; }

    /// <summary>Adds a document and gives its place.</summary>
    public long Add(string text)
    {
        long place = _file.Stream.Position;
        _file.Stream.WriteByte((byte)'"');
        _file.Stream.Write(JsonEncodedText.Encode(text, s_encoder).EncodedUtf8Bytes);
        _file.Stream.Write("\"\n"u8);
        return place;
    }

    /// <summary>Gives the file its name.</summary>
    public void Close()
    {
        _file.Commit();
        _file.Dispose();
    }

    public void Dispose() => _file.Dispose();
}
