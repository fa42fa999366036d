namespace Loci.Memory.Tests;

/// <summary>What is sealed is read as it was written, or not at all.</summary>
public class SealedContentTests
{
    private static ReadOnlySpan<byte> Magic => "LOCITST1"u8;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_written_is_read_and_the_stream_left_behind_it(bool seeks)
    {
        using var written = new MemoryStream();
        written.Write("before"u8);
        SealedContent.Write(seeks ? written : new OneWay(written), Magic, writer =>
        {
            writer.Write("text");
            for (int i = 0; i < 100_000; i++) writer.Write(i);
        });
        written.Write("after"u8);
        written.Position = 6;
        Stream stream = seeks ? written : new OneWay(written);
        Assert.Equal(99_999, SealedContent.Read(stream, Magic, "a test", (reader, length) =>
        {
            Assert.Equal(400_005, length);
            Assert.Equal("text", reader.ReadString());
            int last = 0;
            for (int i = 0; i < 100_000; i++) last = reader.ReadInt32();
            Assert.Throws<EndOfStreamException>(() => reader.ReadInt32());
            return last;
        }));
        byte[] rest = new byte[10];
        Assert.Equal("after"u8, rest.AsSpan(0, stream.ReadAtLeast(rest, 10, throwOnEndOfStream: false)));
    }

    [Fact]
    public void Any_flipped_bit_any_cut_and_any_other_kind_is_an_error()
    {
        using var stream = new MemoryStream();
        SealedContent.Write(stream, Magic, writer => writer.Write("some content"));
        byte[] whole = stream.ToArray();
        Assert.Equal("some content", Read(whole));
        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] flipped = [.. whole];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<InvalidDataException>(() => Read(flipped));
            Assert.Throws<InvalidDataException>(() => Read(flipped, seeks: false));
        }
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => Read(whole[..length]));
            Assert.Throws<InvalidDataException>(() => Read(whole[..length], seeks: false));
        }
        Assert.Equal("is not another", Assert.Throws<InvalidDataException>(() =>
            SealedContent.Read(new MemoryStream(whole), "LOCIOTH1"u8, "another", (reader, _) =>
                reader.ReadString())).Message);
        Assert.Contains("version '1'", Assert.Throws<InvalidDataException>(() =>
            SealedContent.Read(new MemoryStream(whole), "LOCITST2"u8, "a test", (reader, _) =>
                reader.ReadString())).Message);
        Assert.Contains("more than", Assert.Throws<InvalidDataException>(() =>
            SealedContent.Read(new MemoryStream(whole), Magic, "a test", (reader, _) => reader.ReadByte())).Message);
        Assert.Contains("ends before", Assert.Throws<InvalidDataException>(() =>
            SealedContent.Read(new MemoryStream(whole), Magic, "a test", (reader, _) =>
                reader.ReadString() + reader.ReadInt64())).Message);
    }

    private static string Read(byte[] bytes, bool seeks = true)
    {
        Stream stream = new MemoryStream(bytes);
        return SealedContent.Read(seeks ? stream : new OneWay(stream), Magic, "a test", (reader, _) =>
            reader.ReadString());
    }

    /// <summary>A stream that cannot seek, as a pipe.</summary>
    private sealed class OneWay(Stream inner) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set =>
            throw new NotSupportedException(); }
        public override void Flush() => inner.Flush();
        public override int Read(byte[] buffer, int offset, int count) =>
            inner.Read(buffer, offset, Math.Min(count, 1000));
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);
    }
}
