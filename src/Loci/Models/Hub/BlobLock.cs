namespace Loci.Models.Hub;

/// <summary>
/// One process at a time fetches a blob; the others wait. The system releases the lock of a process that dies.
/// </summary>
internal static class BlobLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits for the lock; disposing of the stream releases it.</summary>
    public static async Task<FileStream> TakeAsync(string path, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        while (true)
        {
            try
            {
                return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (IOException e) when (SharingViolation.Is(e))
            {
                await Task.Delay(Pause, cancellation).ConfigureAwait(false);
            }
        }
    }
}
