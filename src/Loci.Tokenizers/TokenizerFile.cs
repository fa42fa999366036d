namespace Loci.Tokenizers;

/// <summary>Reads tokenizer files, which are small, whole.</summary>
internal static class TokenizerFile
{
    private const long MostBytes = 1 << 30;

    /// <summary>The bytes of a file; what goes wrong is a <see cref="LociException"/> with its name.</summary>
    public static byte[] Bytes(string path) => InputFile.Read(path, MostBytes);
}
