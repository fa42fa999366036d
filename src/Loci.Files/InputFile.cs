namespace Loci;

/// <summary>Opens files that others made: regular ones alone, with errors that name the file and the reason.</summary>
internal static class InputFile
{
    /// <summary>
    /// Most bytes of a JSON file that describes something; tokenizers and headers of tensors have bounds of their own.
    /// </summary>
    public const int MostJsonBytes = 8 << 20;

    /// <summary>
    /// Opens a file to be read from its start. A pipe or a device, which could block or never end, is not opened.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it will be read.</param>
    /// <exception cref="LociException">
    /// There is no such file, it is no regular one, or the system refuses it.
    /// </exception>
    public static FileStream Open(string path, FileOptions options = FileOptions.None)
    {
        RequireRegular(path);
        try
        {
            // Buffer size 0: every reader here asks for large blocks itself.
            return new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, options);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw Unreadable(path, e);
        }
    }

    /// <summary>The bytes of a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">Most bytes it may have.</param>
    /// <exception cref="InvalidFileException">It has more.</exception>
    /// <exception cref="LociException">As <see cref="Open"/>.</exception>
    public static byte[] Read(string path, long most)
    {
        using var file = Open(path, FileOptions.SequentialScan);
        try
        {
            if (file.Length > most)
                throw new InvalidFileException(
                    path, $"has {file.Length} bytes; at most {most} are read of such a file");
            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw Unreadable(path, e);
        }
    }

    /// <summary>The first bytes of a file, at most <see cref="FileKind.Sees"/>.</summary>
    /// <exception cref="LociException">As <see cref="Open"/>.</exception>
    public static byte[] Start(string path)
    {
        using var file = Open(path);
        byte[] start = new byte[FileKind.Sees];
        try
        {
            return start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw Unreadable(path, e);
        }
    }

    /// <summary>Refuses what is no regular file, without opening it.</summary>
    /// <exception cref="LociException">It is a folder, a pipe, a device or a socket.</exception>
    public static void RequireRegular(string path)
    {
        if (FileType.Of(path) is { } other)
            throw new LociException($"{path}: is {other}, and only regular files are read.");
    }

    /// <summary>The same, where a folder is right too.</summary>
    /// <exception cref="LociException">It is a pipe, a device or a socket.</exception>
    public static void RequireRegularOrFolder(string path)
    {
        if (!Directory.Exists(path)) RequireRegular(path);
    }

    /// <summary>True for what the system throws where it refuses a file.</summary>
    public static bool IsRefusal(Exception e) =>
        e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    /// <summary>The error for what the system threw.</summary>
    public static LociException Unreadable(string path, Exception e) => new(e switch
    {
        FileNotFoundException or DirectoryNotFoundException => $"{path}: there is no such file.",
        UnauthorizedAccessException => $"{path}: cannot be read: it is a folder or permission is denied.",
        _ => $"{path}: cannot be read: {e.Message}",
    }, e);
}
