using System.Buffers.Binary;
using System.IO.Compression;
using Loci;
using Paint.Painting;
using Paint.Strokes;
using StbImageSharp;

namespace Paint.Files;

/// <summary>Pictures read from PNG, JPEG, BMP, GIF and TGA, and written as PNG.</summary>
public static class PictureFile
{
    private const long MostBytes = 100 << 20;

    /// <summary>Reads a picture; what is transparent lies on white.</summary>
    /// <exception cref="LociException">It cannot be read, is none, or is too large.</exception>
    public static Canvas Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MostBytes)
                throw new LociException($"{path} is larger than {MostBytes >> 20} MB: shrink it first.");
            byte[] bytes = File.ReadAllBytes(path);
            using var stream = new MemoryStream(bytes);
            if (ImageInfo.FromStream(stream) is not { } info)
                throw new LociException($"{path} is no picture that can be read here: give a PNG or a JPEG.");
            if (info.Width < 1 || info.Height < 1 || Math.Max(info.Width, info.Height) > Painter.Largest)
                throw new LociException(
                    $"{path} is {info.Width} × {info.Height}; a side may have 1 to {Painter.Largest} pixels.");
            return FromBytes(ImageResult.FromMemory(bytes, ColorComponents.RedGreenBlueAlpha));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LociException($"{path} cannot be read: {e.Message}", e);
        }
        catch (Exception e) when (e is not (LociException or OutOfMemoryException))
        {
            // What the decoder says of a damaged file is of no use, and may be no text.
            throw new LociException($"{path} is damaged or cut off: no whole picture can be read.", e);
        }
    }

    /// <summary>A picture as a PNG file.</summary>
    public static byte[] Png(Canvas canvas)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, canvas.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], canvas.Height);
        (header[8], header[9]) = (8, 2);                    // eight bits of red, green and blue
        Chunk(file, "IHDR"u8, header);
        Chunk(file, "IDAT"u8, Compress(canvas));
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    /// <summary>Writes a file whole, or not at all.</summary>
    public static void Save(string path, byte[] bytes)
    {
        string partial = path + ".partial";
        File.WriteAllBytes(partial, bytes);
        File.Move(partial, path, overwrite: true);
    }

    private static Canvas FromBytes(ImageResult picture)
    {
        var canvas = new Canvas(picture.Width, picture.Height);
        for (int i = 0; i < picture.Width * picture.Height; i++)
        {
            float alpha = picture.Data[4 * i + 3] / 255f;
            for (int c = 0; c < 3; c++)
                canvas.Pixels[c * picture.Width * picture.Height + i] =
                    1 - alpha + alpha * picture.Data[4 * i + c] / 255f;
        }
        return canvas;
    }

    // Each row as its difference from the one above (filter 2).
    private static byte[] Compress(Canvas canvas)
    {
        using var bytes = new MemoryStream();
        using (var zlib = new ZLibStream(bytes, CompressionLevel.SmallestSize))
        {
            byte[] above = new byte[3 * canvas.Width], row = new byte[3 * canvas.Width];
            for (int y = 0; y < canvas.Height; y++)
            {
                for (int i = 0; i < row.Length; i++)
                    row[i] = (byte)Math.Round(255 * Math.Clamp(
                        canvas.Pixels[(i % 3 * canvas.Height + y) * canvas.Width + i / 3], 0, 1));
                zlib.WriteByte(2);
                for (int i = 0; i < row.Length; i++) zlib.WriteByte((byte)(row[i] - above[i]));
                (above, row) = (row, above);
            }
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
        uint crc = uint.MaxValue;
        foreach (byte b in body)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (0xEDB88320 & (uint)-(int)(crc & 1));
        }
        BinaryPrimitives.WriteUInt32BigEndian(number, ~crc);
        file.Write(number);
    }
}
