namespace Loci.Atlas.Building;

/// <summary>
/// One process at a time builds an atlas. The system releases the lock of a process that dies, whatever it leaves.
/// </summary>
internal static class BuildLock
{
    /// <summary>Takes the lock, the file <c>NAME.lock</c>; disposing of it releases it and removes the file.</summary>
    /// <param name="path">The atlas to be built.</param>
    /// <exception cref="LociException">Another process builds it, or there can be no file of that name.</exception>
    public static FileStream Take(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
            throw new LociException($"{path} cannot be written: there is no folder {folder}.");
        if (Directory.Exists(path)) throw new LociException($"{path} cannot be written: it is a folder; name a file.");
        try
        {
            return new(
                path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1,
                FileOptions.DeleteOnClose);
        }
        catch (IOException e) when (SharingViolation.Is(e))
        {
            throw new LociException(
                $"Another process is building {path} now. Wait for it to end, or build under another name.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LociException($"{path} cannot be written: {e.Message}", e);
        }
    }
}
