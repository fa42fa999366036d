using System.Net;

namespace Loci.Models.Hub;

/// <summary>
/// Fetches one file into the cache. What arrives goes to <c>HASH.incomplete</c>, which a later run resumes; it becomes
/// the blob only when its hash is the announced one.
/// </summary>
internal sealed class BlobDownload(HubTransport transport, HubOptions options, HubModelId model)
{
    private const int Block = 1 << 17;
    private const long MaxUnannounced = 64 << 20; // most bytes of a file whose size the hub does not announce

    public async Task FetchAsync(
        HubFile file, Uri address, HubCache cache, IProgress<HubProgress>? progress, CancellationToken cancellation)
    {
        string blob = cache.Blob(file.Hash), partial = blob + ".incomplete";
        Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
        using (await BlobLock.TakeAsync(cache.Lock(file.Hash), cancellation).ConfigureAwait(false))
        {
            if (IsThere(blob, file.Size)) return;
            CheckSpace(file, partial);
            await Retry.RunAsync(
                options, () => TransferAsync(file, address, partial, progress, cancellation), () => LengthOf(partial),
                cancellation)
                .ConfigureAwait(false);
            string hash = await file.HashOfAsync(partial, cancellation).ConfigureAwait(false);
            if (hash != file.Hash)
            {
                File.Delete(partial);
                throw new InvalidFileException(address.ToString(),
                    $"what arrived has the hash {hash}; the hub announced {file.Hash}. " +
                    "It was deleted: try again, and distrust the source if it recurs");
            }
            File.Move(partial, blob, overwrite: true);
        }
    }

    /// <summary>True when a blob is in the cache whole.</summary>
    public static bool IsThere(string blob, long? size) =>
        File.Exists(blob) && (size is null || new FileInfo(blob).Length == size);

    private async Task<bool> TransferAsync(
        HubFile file, Uri address, string partial, IProgress<HubProgress>? progress, CancellationToken cancellation)
    {
        using var stream = new FileStream(partial, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read,
            bufferSize: 0);
        if (stream.Length > (file.Size ?? MaxUnannounced)) stream.SetLength(0);
        if (stream.Length == file.Size) return true;
        using var response = await transport.SendAsync(HttpMethod.Get, address, stream.Length, null, cancellation)
            .ConfigureAwait(false);
        Resume(stream, response, file, address);
        progress?.Report(new(file.Name, stream.Length, file.Size));
        await CopyAsync(response, stream, file, address, progress, cancellation).ConfigureAwait(false);
        if (stream.Length < file.Size)
            throw new BrokenTransferException($"{address}: ended after {stream.Length} of {file.Size} bytes");
        stream.Flush(flushToDisk: true);
        return true;
    }

    /// <summary>Makes the file ready for what the server sends: the rest, or everything from the start.</summary>
    private void Resume(FileStream stream, HttpResponseMessage response, HubFile file, Uri address)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.PartialContent:
                var range = response.Content.Headers.ContentRange;
                if (range?.Unit == "bytes" && range.From == stream.Length
                    && (file.Size is null || range.Length is null || range.Length == file.Size))
                {
                    stream.Seek(0, SeekOrigin.End);
                    return;
                }
                string asked = $"{stream.Length}-{file.Size - 1}";
                stream.SetLength(0);
                throw new BrokenTransferException($"{address}: asked for the bytes {asked}, was sent {range}");
            case HttpStatusCode.OK:
                stream.SetLength(0);
                return;
            case HttpStatusCode.RequestedRangeNotSatisfiable when stream.Length > 0:
                stream.SetLength(0);
                throw new BrokenTransferException($"{address}: the server does not resume the transfer");
            default:
                throw response.RequestMessage?.RequestUri is { } answered && !transport.IsHub(answered)
                    ? new LociException(
                        $"{file.Name} of {model}: {HubTransport.Show(answered)}, where the hub keeps it, answers "
                        + $"{(int)response.StatusCode}")
                    : HubRefusal.For(response, model, file.Name, options);
        }
    }

    private async Task CopyAsync(
        HttpResponseMessage response, FileStream stream, HubFile file, Uri address,
        IProgress<HubProgress>? progress, CancellationToken cancellation)
    {
        long limit = file.Size ?? MaxUnannounced;
        byte[] buffer = new byte[Block];
        var pace = new Pace(options, HubTransport.Show(address));
        using var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        while (await transport.ReadAsync(body, buffer, address.ToString(), cancellation).ConfigureAwait(false) is > 0
            and int read)
        {
            if (read > limit - stream.Length)
            {
                stream.SetLength(0);
                throw new InvalidFileException(address.ToString(),
                    $"sends more than the {limit} bytes announced or allowed", limit);
            }
            await WriteAsync(stream, buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
            progress?.Report(new(file.Name, stream.Length, file.Size));
            pace.Count(read);
        }
    }

    // A disk that is full is no broken transfer: trying again would not help.
    private static async Task WriteAsync(FileStream stream, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await stream.WriteAsync(bytes, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (WritingErrors.Is(e))
        {
            throw WritingErrors.Of(stream.Name, e);
        }
    }

    private static void CheckSpace(HubFile file, string partial)
    {
        if (file.Size is { } size && FreeSpace(Path.GetDirectoryName(partial)!) is { } free
            && size - LengthOf(partial) > free)
            throw new LociException($"{file.Name} takes {size} bytes; the disk of {partial} has {free} free");
    }

    /// <summary>Null where the system does not tell; writing will.</summary>
    private static long? FreeSpace(string folder)
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static long LengthOf(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;
}
