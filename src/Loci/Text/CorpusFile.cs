using System.Security.Cryptography;
using Loci.Text.Reading;

namespace Loci.Text;

/// <summary>One file of a corpus, identified by its bytes.</summary>
/// <param name="Path">Where it was read.</param>
/// <param name="Length">Its length in bytes, as it lies on disk.</param>
/// <param name="Sha256">SHA-256 of those bytes, 64 lower-case hexadecimal digits.</param>
public sealed record CorpusFile(string Path, long Length, string Sha256)
{
    /// <summary>Reads a file once, in constant memory.</summary>
    /// <exception cref="LociException">The file cannot be read.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was signalled.</exception>
    public static CorpusFile Read(string path, CancellationToken cancellation = default)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var stream = InputFile.Open(path, FileOptions.SequentialScan);
        byte[] buffer = new byte[1 << 17];
        long length = 0;
        while (FileAccessErrors.Read(stream, null, path, buffer) is > 0 and int read)
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
            length += read;
        }

        return new(path, length, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
