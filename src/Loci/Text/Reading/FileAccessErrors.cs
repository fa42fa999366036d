namespace Loci.Text.Reading;

/// <summary>Opens and reads files so that whatever the system refuses becomes an error that names the file and the reason.</summary>
internal static class FileAccessErrors
{
    public static FileStream Open(string path)
    {
        try
        {
            // Buffer size 0: every reader here asks for large blocks itself.
            return new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 0, FileOptions.SequentialScan);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw Unreadable(path, e);
        }
    }

    public static long Length(string path)
    {
        try
        {
            return new FileInfo(path).Length;
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw Unreadable(path, e);
        }
    }

    /// <summary>Reads from a file, through its decompression if it has one.</summary>
    public static int Read(FileStream file, WholeGzipStream? gzip, string path, Span<byte> buffer)
    {
        try
        {
            return gzip is null ? file.Read(buffer) : gzip.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidFileException(path, "the gzip data are damaged, cut short or followed by other data", null, e);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw Unreadable(path, e);
        }
    }

    private static bool IsRefusal(Exception e) =>
        e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    private static LociException Unreadable(string path, Exception e) => new(e switch
    {
        FileNotFoundException or DirectoryNotFoundException => $"{path}: there is no such file.",
        UnauthorizedAccessException => $"{path}: cannot be read: it is a folder or permission is denied.",
        _ => $"{path}: cannot be read: {e.Message}",
    }, e);
}
