using System.IO.Compression;

namespace Loci.Text.Reading;

/// <summary>
/// Decompresses gzip (any number of members) and refuses a file that was cut short, which <see cref="GZipStream"/>
/// takes for the end of the text. The compressed bytes are followed by one more member of known content: it comes out
/// at the end, and is withheld, only where the last member of the file was complete and nothing else came after it.
/// </summary>
internal sealed class WholeGzipStream : IDisposable
{
    // A run of a character no text has, which in compressed form does not contain itself.
    private static readonly byte[] Mark = [.. Enumerable.Repeat((byte)0x15, 32)];
    private static readonly byte[] CompressedMark = Compress(Mark);

    private readonly GZipStream _gzip;
    private readonly byte[] _held = new byte[1 << 16]; // decompressed, not handed out
    private int _count;
    private bool _ended;

    public WholeGzipStream(Stream compressed) =>
        _gzip = new(new BufferedStream(new Followed(compressed, CompressedMark), 1 << 16), CompressionMode.Decompress);

    /// <summary>Reads some bytes; 0 at the end.</summary>
    /// <exception cref="InvalidDataException">
    /// The data are damaged, cut short or followed by something else.
    /// </exception>
    public int Read(Span<byte> buffer)
    {
        // All but what may be the mark can go out.
        while (!_ended && _count <= Mark.Length)
        {
            int read = _gzip.Read(_held, _count, _held.Length - _count);
            _count += read;
            _ended = read == 0;
        }

        if (_ended && !_held.AsSpan(0, _count).SequenceEqual(Mark))
            throw new InvalidDataException("the last member is not complete");
        int given = Math.Min(buffer.Length, _count - Mark.Length);
        _held.AsSpan(0, given).CopyTo(buffer);
        _held.AsSpan(given, _count - given).CopyTo(_held);
        _count -= given;
        return given;
    }

    public void Dispose() => _gzip.Dispose();

    private static byte[] Compress(byte[] bytes)
    {
        var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Optimal)) gzip.Write(bytes);
        return memory.ToArray();
    }

    /// <summary>A stream and some bytes after it.</summary>
    private sealed class Followed(Stream first, byte[] last) : Stream
    {
        private int _given;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            if (_given == 0 && first.Read(buffer) is > 0 and int read) return read;
            int count = Math.Min(buffer.Length, last.Length - _given);
            last.AsSpan(_given, count).CopyTo(buffer);
            _given += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
