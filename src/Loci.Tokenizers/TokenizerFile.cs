namespace Loci.Tokenizers;

/// <summary>Reads tokenizer files, which are small, whole.</summary>
internal static class TokenizerFile
{
    private const long MostBytes = 1 << 30;

    /// <summary>The bytes of a file; what goes wrong is a <see cref="LociException"/> with its name.</summary>
    public static byte[] Bytes(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > MostBytes) throw new InvalidFileException(path, $"{file.Length} bytes are more than {MostBytes}");
            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LociException($"{path} cannot be read: {e.Message}", e);
        }
    }
}
