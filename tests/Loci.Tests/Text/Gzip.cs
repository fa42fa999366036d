using System.IO.Compression;

namespace Loci.Tests.Text;

/// <summary>Compressed files for tests.</summary>
internal static class Gzip
{
    public static byte[] Compress(byte[] bytes)
    {
        var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest)) gzip.Write(bytes);
        return memory.ToArray();
    }

    public static string WriteCompressed(this TemporaryFolder folder, string name, byte[] bytes) =>
        folder.Write(name, Compress(bytes));
}
