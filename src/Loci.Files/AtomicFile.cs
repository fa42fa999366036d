namespace Loci;

/// <summary>Writes small files whole: under another name first, then renamed.</summary>
internal static class AtomicFile
{
    /// <exception cref="LociException">The file cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        string partial = $"{path}.{Environment.ProcessId}.partial";
        try
        {
            File.WriteAllBytes(partial, bytes);
            File.Move(partial, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LociException($"{path} cannot be written: {e.Message}", e);
        }
        finally
        {
            if (File.Exists(partial)) File.Delete(partial); // without its folder Delete would throw over the error above
        }
    }
}
