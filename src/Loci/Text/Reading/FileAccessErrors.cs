namespace Loci.Text.Reading;

/// <summary>
/// Reads files so that whatever the system refuses becomes an error that names the file and the reason.
/// </summary>
internal static class FileAccessErrors
{
    public static long Length(string path)
    {
        try
        {
            return new FileInfo(path).Length;
        }
        catch (Exception e) when (InputFile.IsRefusal(e))
        {
            throw InputFile.Unreadable(path, e);
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
            throw new InvalidFileException(
                path, "the gzip data are damaged, cut short or followed by other data", null, e);
        }
        catch (Exception e) when (InputFile.IsRefusal(e))
        {
            throw InputFile.Unreadable(path, e);
        }
    }
}
