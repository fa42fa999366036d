using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Loci.Memory;

/// <summary>
/// The form in which memories are kept, the same on every machine: eight bytes of magic, of which the last is the
/// version; the length of the content (int64); the content; its SHA-256. All numbers are little endian. Nothing of a
/// content is believed before its digest fits, so that damage anywhere, a cut and an addition are errors and never
/// another memory.
/// </summary>
public static class SealedContent
{
    private const int MagicSize = 8, HeadSize = MagicSize + sizeof(long), Piece = 1 << 16;

    /// <summary>Writes one sealed content.</summary>
    /// <param name="stream">Where to; where it cannot seek, the content is held in memory first.</param>
    /// <param name="magic">Eight ASCII bytes: what it is, and last the version.</param>
    /// <param name="content">Writes the content.</param>
    public static void Write(Stream stream, ReadOnlySpan<byte> magic, Action<BinaryWriter> content)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(content);
        if (magic.Length != MagicSize) throw new ArgumentException(
            $"a magic has {MagicSize} bytes, not {magic.Length}", nameof(magic));
        if (!stream.CanSeek)
        {
            using var held = new MemoryStream();
            Write(held, magic, content);
            held.WriteTo(stream);
            return;
        }
        long start = stream.Position;
        Span<byte> length = stackalloc byte[sizeof(long)];
        length.Clear();
        stream.Write(magic);
        stream.Write(length);
        using var digest = SHA256.Create();
        using (var hashed = new CryptoStream(stream, digest, CryptoStreamMode.Write, leaveOpen: true))
        using (var writer = new BinaryWriter(new BufferedStream(hashed, Piece), Encoding.UTF8))
            content(writer);
        BinaryPrimitives.WriteInt64LittleEndian(length, stream.Position - start - HeadSize);
        stream.Write(digest.Hash!);
        long end = stream.Position;
        stream.Position = start + MagicSize;
        stream.Write(length);
        stream.Position = end;
    }

    /// <summary>Reads one sealed content of one version, and leaves the stream behind it.</summary>
    /// <param name="stream">Where from; where it cannot seek, the content is held in memory.</param>
    /// <param name="magic">What it must be.</param>
    /// <param name="what">What that is called, with its article, for errors.</param>
    /// <param name="content">Reads the content, all of it; told its length.</param>
    /// <exception cref="InvalidDataException">It is something else, of another version, cut off, damaged, or longer
    /// than what was read.</exception>
    public static T Read<T>(Stream stream, ReadOnlySpan<byte> magic, string what,
        Func<BinaryReader, long, T> content) =>
        Read(stream, magic[..^1], magic[^1..], what, (_, reader, length) => content(reader, length));

    /// <summary>Reads one sealed content of any of several versions.</summary>
    /// <param name="stream">Where from; where it cannot seek, the content is held in memory.</param>
    /// <param name="kind">The first seven bytes of the magic.</param>
    /// <param name="versions">What the eighth may be.</param>
    /// <param name="what">What that is called, with its article, for errors.</param>
    /// <param name="content">Reads the content, all of it; told its version and its length.</param>
    /// <exception cref="InvalidDataException">It is something else, of another version, cut off, damaged, or longer
    /// than what was read.</exception>
    public static T Read<T>(
        Stream stream, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> versions, string what,
        Func<byte, BinaryReader, long, T> content)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(content);
        var (version, length) = ReadHead(stream, kind, versions, what);
        if (!stream.CanSeek) stream = Held(stream, length);
        long start = stream.Position, there = stream.Length - start - SHA256.HashSizeInBytes;
        if (length > there) throw new InvalidDataException(
            $"is cut off: it holds {Math.Max(0, there)} of {length} bytes");
        CheckDigest(stream, length);
        stream.Position = start;
        T read;
        using (var part = new PartStream(stream, length))
        using (var reader = new BinaryReader(part, Encoding.UTF8))
        {
            try
            {
                read = content(version, reader, length);
            }
            catch (EndOfStreamException e)
            {
                throw new InvalidDataException($"ends before {what} does", e);
            }
            if (part.Position != length) throw new InvalidDataException($"holds more than {what}");
        }
        stream.Position = start + length + SHA256.HashSizeInBytes;
        return read;
    }

    private static (byte Version, long Length) ReadHead(Stream stream, ReadOnlySpan<byte> kind,
        ReadOnlySpan<byte> versions, string what)
    {
        Span<byte> head = stackalloc byte[HeadSize];
        int read = stream.ReadAtLeast(head, HeadSize, throwOnEndOfStream: false);
        if (read < HeadSize || !head[..(MagicSize - 1)].SequenceEqual(kind)) throw new InvalidDataException(
            $"is not {what}");
        byte version = head[MagicSize - 1];
        if (versions.IndexOf(version) < 0)
            throw new InvalidDataException(
                $"is of version '{Letter(version)}'; this program reads version {Letters(versions)}");
        long length = BinaryPrimitives.ReadInt64LittleEndian(head[MagicSize..]);
        return length >= 0 ? (version, length) : throw new InvalidDataException($"claims a content of {length} bytes");
    }

    private static string Letters(ReadOnlySpan<byte> versions)
    {
        var letters = new StringBuilder();
        foreach (byte version in versions) letters.Append(letters.Length == 0 ? ""
            : " or ").Append('\'').Append(Letter(version)).Append('\'');
        return letters.ToString();
    }

    private static char Letter(byte version) => version is > 32 and < 127 ? (char)version : '?';

    // Grows with what is really there: a claimed length costs nothing.
    private static MemoryStream Held(Stream stream, long length)
    {
        long wanted = length + SHA256.HashSizeInBytes;
        if (wanted > Array.MaxLength) throw new InvalidDataException($"claims a content of {length} bytes");
        var held = new MemoryStream();
        byte[] piece = new byte[Piece];
        while (held.Length < wanted
            && stream.Read(piece, 0,
            (int)Math.Min(Piece, wanted - held.Length)) is > 0 and var count) held.Write(piece, 0, count);
        held.Position = 0;
        return held;
    }

    private static void CheckDigest(Stream stream, long length)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] piece = new byte[Piece];
        for (long left = length; left > 0;)
        {
            int count = stream.Read(piece, 0, (int)Math.Min(Piece, left));
            if (count == 0) throw new InvalidDataException($"is cut off: {left} bytes are missing");
            digest.AppendData(piece, 0, count);
            left -= count;
        }
        Span<byte> stored = stackalloc byte[SHA256.HashSizeInBytes];
        if (stream.ReadAtLeast(stored, stored.Length, throwOnEndOfStream: false) < stored.Length
            || !digest.GetHashAndReset().AsSpan().SequenceEqual(stored))
            throw new InvalidDataException("is damaged: the checksum does not fit the content");
    }

    /// <summary>The next bytes of a stream as a stream of their own.</summary>
    private sealed class PartStream(Stream stream, long length) : Stream
    {
        private long _position;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => length;
        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            int count = stream.Read(buffer[..(int)Math.Min(buffer.Length, length - _position)]);
            _position += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
