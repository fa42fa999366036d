using System.Text;
using Loci.Text.Reading;

namespace Loci.Text;

/// <summary>
/// One text file as a stream of characters: what <see cref="Corpus"/> reads as text, whole and in order.
/// </summary>
public sealed class TextFile : IDisposable
{
    private readonly string _path;
    private readonly ByteWindow? _window;
    private readonly StreamReader _reader;

    private TextFile(string path, ByteWindow? window, Stream bytes)
    {
        (_path, _window) = (path, window);
        _reader = new(bytes, new UTF8Encoding(false, throwOnInvalidBytes: true));
    }

    /// <summary>How much of the file has been read, from 0 to 1; null where its length is not known.</summary>
    public double? Share => _window is { RawLength: > 0 } window ? (double)window.RawPosition / window.RawLength : null;

    /// <summary>Length of the file on disk in bytes; null where it is not known.</summary>
    public long? Length => _window?.RawLength;

    /// <summary>Opens a file: UTF-8, or UTF-16 or UTF-32 with a byte order mark, gzip-compressed or not.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidFileException">It is no text.</exception>
    /// <exception cref="LociException">It cannot be read, or is no regular file.</exception>
    public static TextFile Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var window = new ByteWindow(path);
        return new(path, window, new WindowStream(window));
    }

    /// <summary>Reads from a stream, such as standard input.</summary>
    /// <param name="bytes">The stream; disposed with this.</param>
    /// <param name="name">What messages call it.</param>
    public static TextFile Of(Stream bytes, string name) => new(name, null, bytes);

    /// <summary>The whole text of a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="LociException">As <see cref="Open"/> and <see cref="Pieces"/>.</exception>
    public static string ReadAll(string path)
    {
        using var file = Open(path);
        return string.Concat(file.Pieces(1 << 20));
    }

    /// <summary>The text in pieces, each but the last cut at a line end where it holds one.</summary>
    /// <param name="most">Characters read at a time; a piece has those, and what was left of the line before.</param>
    /// <exception cref="InvalidFileException">While enumerating: the text is not valid.</exception>
    /// <exception cref="LociException">While enumerating: the file cannot be read.</exception>
    public IEnumerable<string> Pieces(int most)
    {
        char[] block = new char[most];
        string left = "";
        while (true)
        {
            int count = Read(block);
            string text = left + new string(block, 0, count);
            if (text.Length == 0) yield break;
            int cut = count < most ? text.Length : text.LastIndexOf('\n') + 1;
            if (cut == 0) cut = text.Length - (char.IsHighSurrogate(text[^1]) ? 1 : 0);
            left = text[cut..];
            if (cut > 0) yield return text[..cut];
            if (count < most) yield break;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.Dispose();
        _window?.Dispose();
    }

    private int Read(Span<char> block)
    {
        try
        {
            return _reader.ReadBlock(block);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidFileException(_path, "is not UTF-8 text", inner: e);
        }
        catch (Exception e) when (InputFile.IsRefusal(e))
        {
            throw InputFile.Unreadable(_path, e);
        }
    }

    private sealed class WindowStream(ByteWindow window) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => window.Position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (window.Unread.IsEmpty && !window.Extend()) return 0;
            int count = Math.Min(buffer.Length, window.Unread.Length);
            window.Unread[..count].CopyTo(buffer);
            window.Skip(count);
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
