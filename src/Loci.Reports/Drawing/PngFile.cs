using System.Buffers.Binary;
using System.IO.Compression;

namespace Loci.Reports.Drawing;

/// <summary>
/// Portable Network Graphics (ISO/IEC 15948): eight bits of red, green and blue, the resolution stated.
/// </summary>
internal static class PngFile
{
    private const double PixelsPerMetre = 96 / 0.0254;

    /// <summary>A sheet as a PNG file, each of its pixels <paramref name="scale"/> wide and high.</summary>
    public static byte[] Write(Sheet sheet, double scale)
    {
        var raster = Raster.Draw(sheet, scale);
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, raster.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], raster.Height);
        (header[8], header[9]) = (8, 2);
        Chunk(file, "IHDR"u8, header);
        Span<byte> density = stackalloc byte[9];
        BinaryPrimitives.WriteInt32BigEndian(density, (int)Math.Round(PixelsPerMetre * scale));
        density[..4].CopyTo(density[4..]);
        density[8] = 1;
        Chunk(file, "pHYs"u8, density);
        Chunk(file, "IDAT"u8, Compress(raster));
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    // Rows as they are (filter 0): letters and empty paper repeat themselves, which differences would hide.
    private static byte[] Compress(Raster raster)
    {
        using var bytes = new MemoryStream();
        using (var zlib = new ZLibStream(bytes, CompressionLevel.Optimal))
            for (int y = 0; y < raster.Height; y++)
            {
                zlib.WriteByte(0);
                zlib.Write(raster.Pixels, y * raster.Width * 3, raster.Width * 3);
            }
        return bytes.ToArray();
    }

    private static void Chunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        byte[] body = [.. type, .. data];
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32(body));
        file.Write(number);
    }

    private static uint Crc32(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in data)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (0xEDB88320 & (uint)-(int)(crc & 1));
        }
        return ~crc;
    }
}
