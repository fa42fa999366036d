namespace Loci;

/// <summary>A stream over a file being written, whose errors name the file and say what to do.</summary>
internal sealed class GuardedStream(string path, FileStream file) : Stream
{
    public override bool CanRead => file.CanRead;

    public override bool CanSeek => file.CanSeek;

    public override bool CanWrite => file.CanWrite;

    public override long Length => Guard(() => file.Length);

    public override long Position
    {
        get => file.Position;
        set => Guard(() => file.Position = value);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            file.Write(buffer);
        }
        catch (Exception error) when (WritingErrors.Is(error))
        {
            throw WritingErrors.Of(path, error);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default)
    {
        try
        {
            await file.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (WritingErrors.Is(error))
        {
            throw WritingErrors.Of(path, error);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer) => file.Read(buffer);

    public override int Read(byte[] buffer, int offset, int count) => file.Read(buffer, offset, count);

    public override long Seek(long offset, SeekOrigin origin) => Guard(() => file.Seek(offset, origin));

    public override void SetLength(long value) => Guard(() =>
    {
        file.SetLength(value);
        return 0;
    });

    public override void Flush() => Guard(() =>
    {
        file.Flush();
        return 0;
    });

    private T Guard<T>(Func<T> act) => WritingErrors.Guard(path, act);
}
