using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Loci.Models.Hub;

/// <summary>What the hub announces of one file before it is fetched.</summary>
/// <param name="Name">Its path in the model's repository.</param>
/// <param name="Hash">
/// Lowercase hexadecimal; 64 digits are the SHA-256 of the content (files in large file storage), 40 digits the SHA-1
/// of its git blob. Also its name in the cache.
/// </param>
/// <param name="Size">Bytes, where they are announced.</param>
internal sealed record HubFile(string Name, string Hash, long? Size)
{
    private const int Block = 1 << 18;

    public static bool IsHash(string text) => text.Length is 40 or 64 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>The hash, of the announced kind, that a file really has.</summary>
    public async Task<string> HashOfAsync(string path, CancellationToken cancellation)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        using var hash = IncrementalHash.CreateHash(
            Hash.Length == 64 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
        if (Hash.Length == 40) hash.AppendData(Encoding.ASCII.GetBytes($"blob {stream.Length}\0"));
        byte[] block = ArrayPool<byte>.Shared.Rent(Block);
        try
        {
            while (await stream.ReadAsync(block, cancellation).ConfigureAwait(false) is > 0 and int read)
                hash.AppendData(block, 0, read);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
