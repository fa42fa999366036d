namespace Loci;

/// <summary>A file does not hold what its format promises: it is damaged, cut, hostile or of another format.</summary>
public sealed class InvalidFileException : LociException
{
    /// <summary>Creates the error; the message is «path (at byte N): problem».</summary>
    /// <param name="path">The file, or the address it came from.</param>
    /// <param name="problem">What is wrong, with the value and the bound.</param>
    /// <param name="offset">Byte offset of the problem, where one is known.</param>
    /// <param name="inner">The error that showed it.</param>
    public InvalidFileException(string path, string problem, long? offset = null, Exception? inner = null)
        : base(offset is { } at ? $"{path} (at byte {at}): {problem}" : $"{path}: {problem}", inner) =>
        (Path, Offset) = (path, offset);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Byte offset of the problem, if known.</summary>
    public long? Offset { get; }
}
