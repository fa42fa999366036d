using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Loci.Checkpoints;

/// <summary>
/// A file seen as memory. Nothing is read before it is touched, and the pages are shared with other processes.
/// </summary>
/// <remarks>
/// Spans point into the mapping: they must not outlive <see cref="Dispose"/>. Without a call to it the mapping stays
/// for the life of the process, so that a forgotten file is never a dangling span.
/// </remarks>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile? _map;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _start;
    private bool _disposed;

    private MappedFile(string path, FileStream stream)
    {
        (Path, Length) = (path, stream.Length);
        if (Length == 0) // an empty file cannot be mapped
        {
            stream.Dispose();
            return;
        }
        _map = MemoryMappedFile.CreateFromFile(
            stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, false);
        _view = _map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
    }

    // Memory that is there as long as the process, such as a resource of the program itself.
    private MappedFile(string name, UnmanagedMemoryStream resource)
    {
        (Path, Length) = (name, resource.Length);
        _start = resource.PositionPointer;
    }

    public string Path { get; }

    public long Length { get; }

    /// <summary>A resource of the program, which lies in its memory anyway.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="resource">As the runtime gives it, at its beginning.</param>
    public static MappedFile Of(string name, UnmanagedMemoryStream resource) => new(name, resource);

    /// <summary>Maps a file; one that cannot be read is an <see cref="InvalidFileException"/>.</summary>
    public static MappedFile Open(string path)
    {
        if (!BitConverter.IsLittleEndian)
            throw new UnsupportedException("checkpoints are little-endian; this machine is not");
        if (FileType.Of(path) is { } other)
            throw new InvalidFileException(path, $"is {other}, and only regular files are read");
        FileStream? stream = null;
        try
        {
            stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            return new(path, stream);
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            stream?.Dispose();
            throw e is FileNotFoundException or DirectoryNotFoundException
                ? new InvalidFileException(path, "there is no such file", inner: e)
                : new InvalidFileException(path, $"cannot be read: {e.Message}", inner: e);
        }
    }

    /// <summary>A part of the file, not copied. The caller keeps within <see cref="Length"/>.</summary>
    public ReadOnlySpan<byte> Bytes(long offset, int count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Length - offset);
        return new(_start + offset, count);
    }

    /// <summary>
    /// Numbers of the file: not copied where their address is a multiple of their size, copied where it is not (files
    /// of old writers, whose headers were not padded).
    /// </summary>
    public ReadOnlySpan<T> Numbers<T>(long offset, int count) where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)count * sizeof(T), Length - offset);
        byte* at = _start + offset;
        if ((nuint)at % (nuint)sizeof(T) == 0) return new(at, count);
        T[] aligned = GC.AllocateUninitializedArray<T>(count);
        fixed (T* target = aligned) NativeMemory.Copy(at, target, (nuint)count * (nuint)sizeof(T));
        return aligned;
    }

    /// <summary>The SHA-256 of the whole file, lowercase hexadecimal.</summary>
    public string Sha256()
    {
        const int block = 1 << 20;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long at = 0; at < Length; at += block) hash.AppendData(Bytes(at, (int)Math.Min(block, Length - at)));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        if (_view is not null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
        }
        _map?.Dispose();
    }
}
