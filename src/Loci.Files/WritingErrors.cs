namespace Loci;

/// <summary>
/// What a system says when a file cannot be written, as one sentence that names the file and what to do.
/// </summary>
internal static class WritingErrors
{
    private const int NoSpace = 28, ReadOnly = 30, TooManyFiles = 24, LinuxQuota = 122, TooLarge = 27;
    private const int WindowsDiskFull = 112, WindowsHandleDiskFull = 39;

    /// <summary>
    /// True for the errors that files give. The last is what .NET makes of a file that grows beyond what the system
    /// allows.
    /// </summary>
    public static bool Is(Exception error) =>
        error is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException or NotSupportedException;

    /// <summary>The error to throw.</summary>
    public static LociException Of(string path, Exception error) =>
        new($"{path} cannot be written: {Reason(error)}", error);

    public static T Guard<T>(string path, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception error) when (Is(error))
        {
            throw Of(path, error);
        }
    }

    /// <summary>
    /// Refuses a name that the system could not keep as it is: .NET shows bytes that are no UTF-8 as U+FFFD, which
    /// names another file.
    /// </summary>
    /// <exception cref="LociException">The name holds U+FFFD or half a character.</exception>
    public static void CheckName(string path)
    {
        if (path.Contains('\uFFFD') || !IsWellFormed(path))
            throw new LociException(
                $"{ErrorText.Quote(path)} cannot be written: its name is not valid UTF-8. Give another name, or "
                + $"rename its folder.");
    }

    private static bool IsWellFormed(string path)
    {
        for (int i = 0; i < path.Length; i++)
            if (char.IsSurrogate(path[i])
                && !(i + 1 < path.Length && char.IsSurrogatePair(path[i], path[++i]))) return false;
        return true;
    }

    private static string Reason(Exception error) => (error, error.HResult) switch
    {
        (IOException io, _) when SharingViolation.Is(io) =>
            "another process is writing it now. Wait for that to end, or give another name.",
        (ArgumentOutOfRangeException, _) => "it would grow beyond what the system allows (ulimit -f).",
        (IOException, TooLarge) => "it would grow beyond what the system allows (ulimit -f).",
        (IOException, NoSpace) => "the disk is full. Make room and run the same command again.",
        (IOException, LinuxQuota) when !OperatingSystem.IsWindows() =>
            "the disk quota is used up. Make room and run the same command again.",
        (IOException, ReadOnly) => "it lies on a read-only disk.",
        (IOException, TooManyFiles) => "too many files are open (ulimit -n).",
        (IOException, _) when OperatingSystem.IsWindows()
            && (error.HResult & 0xFFFF) is WindowsDiskFull or WindowsHandleDiskFull =>
            "the disk is full. Make room and run the same command again.",
        (DirectoryNotFoundException, _) => "its folder does not exist.",
        (UnauthorizedAccessException, _) => "permission is denied, or it is a folder.",
        _ => error.Message,
    };
}
