using System.Buffers.Binary;

namespace Loci;

/// <summary>
/// What a file is by its first bytes, whatever its name says: a renamed, unfinished or mistaken file gets a message
/// that names it and says what to do.
/// </summary>
/// <param name="Name">What it is, with its article.</param>
/// <param name="Advice">What to do about it.</param>
internal sealed record FileKind(string Name, string Advice)
{
    /// <summary>How many bytes <see cref="Of"/> wants to see.</summary>
    public const int Sees = 512;

    public static readonly FileKind Gzip = new("gzip-compressed data", "decompress it with gunzip");
    public static readonly FileKind Zstandard = new("zstd-compressed data", "decompress it with zstd -d");
    public static readonly FileKind Bzip2 = new("bzip2-compressed data", "decompress it with bunzip2");
    public static readonly FileKind Xz = new("xz-compressed data", "decompress it with unxz");
    public static readonly FileKind Zip = new(
        "a zip archive, which is what PyTorch's .bin and .pt files are",
        "of a model name the folder, unpack anything else");
    public static readonly FileKind Pickle = new(
        "a Python pickle, which is a program and is never run",
        "of a model name the folder");
    public static readonly FileKind Gguf = new(
        "a GGUF model of llama.cpp", "name the file as the model");
    public static readonly FileKind Parquet = new(
        "a Parquet table", "export its column of text to .jsonl, in DuckDB: COPY (SELECT text FROM 'in.parquet') TO "
            + "'out.jsonl' (FORMAT json)");
    public static readonly FileKind Arrow = new("an Arrow table", "export its column of text to .jsonl");
    public static readonly FileKind Hdf5 = new(
        "an HDF5 file of TensorFlow or Keras", "take the safetensors files of the same model");
    public static readonly FileKind LfsPointer = new(
        "a Git LFS pointer, not the file itself",
        "fetch the file with «git lfs pull», or download the model with «hf download»");
    public static readonly FileKind Safetensors = new("a safetensors file", "name the folder of the model");
    public static readonly FileKind Sqlite = new("an SQLite database, which is what an atlas is", "name another file");
    public static readonly FileKind Html = new(
        "an HTML page, perhaps in the place of a download", "download the file again");
    public static readonly FileKind Pdf = new("a PDF document", "export its text");
    public static readonly FileKind Image = new("an image", "name another file");
    public static readonly FileKind Executable = new("a program", "name another file");
    public static readonly FileKind Tar = new("a tar archive", "unpack it");
    public static readonly FileKind Utf16 = new("UTF-16 text", "convert it with iconv -f UTF-16 -t UTF-8");
    public static readonly FileKind Utf32 = new("UTF-32 text", "convert it with iconv -f UTF-32 -t UTF-8");
    public static readonly FileKind Json = new("JSON text", "name another file");

    private const int MostHeaderBytes = 100_000_000; // of a safetensors file, by its format

    private static readonly (byte[] Start, FileKind Kind)[] s_starts =
    [
        ([0x1F, 0x8B], Gzip), ([0x28, 0xB5, 0x2F, 0xFD], Zstandard), ([.. "BZh"u8], Bzip2), ([0xFD, .. "7zXZ\0"u8], Xz),
        ([.. "PK\x03\x04"u8], Zip), ([.. "PK\x05\x06"u8], Zip), ([.. "GGUF"u8], Gguf), ([.. "PAR1"u8], Parquet),
        ([.. "ARROW1"u8], Arrow),
        ([0x89, .. "HDF"u8], Hdf5), ([.. "version https://git-lfs"u8], LfsPointer),
        ([.. "SQLite format 3\0"u8], Sqlite), ([.. "%PDF-"u8], Pdf),
        ([0x89, .. "PNG"u8], Image), ([0xFF, 0xD8, 0xFF], Image), ([.. "GIF8"u8], Image),
        ([0x7F, .. "ELF"u8], Executable),
        // The mark of UTF-32 begins as that of UTF-16 does.
        ([0xFF, 0xFE, 0, 0], Utf32), ([0, 0, 0xFE, 0xFF], Utf32), ([0xFF, 0xFE], Utf16), ([0xFE, 0xFF], Utf16),
    ];

    /// <summary>The kind of a file that begins so; null for text and for what is not known.</summary>
    public static FileKind? Of(ReadOnlySpan<byte> start)
    {
        // First, as a length may have any bytes.
        if (start.Length > 9 && BinaryPrimitives.ReadUInt64LittleEndian(start) is > 1 and <= MostHeaderBytes
            && start[8] == '{')
            return Safetensors;
        foreach (var (bytes, kind) in s_starts)
            if (start.StartsWith(bytes))
                return kind;
        // A llama2.c model of width 640 begins with the first two bytes as well.
        if (start.Length >= 3 && start[0] == 0x80 && start[1] is >= 2 and <= 5 && start[2] != 0) return Pickle;
        if (start.Length >= 262 && start[257..].StartsWith("ustar"u8)) return Tar;
        var text = start.TrimStart(" \t\r\n\uFEFF"u8);
        if (text.IsEmpty) return null;
        if (text[0] is (byte)'{' or (byte)'[') return Json;
        return Begins(text, "<!doctype html"u8) || Begins(text, "<html"u8) ? Html : null;
    }

    /// <summary>Refuses a file that is evidently something else.</summary>
    /// <param name="start">Its first bytes.</param>
    /// <param name="path">Its name, for the message.</param>
    /// <param name="wanted">What was expected, with its article.</param>
    /// <param name="expected">Kinds that are right.</param>
    public static void Refuse(
        ReadOnlySpan<byte> start, string path, string wanted, params ReadOnlySpan<FileKind> expected)
    {
        if (Of(start[..Math.Min(start.Length, Sees)]) is not { } kind) return;
        foreach (var right in expected)
            if (kind == right) return;
        throw new InvalidFileException(path, $"is {kind.Name}, not {wanted}: {kind.Advice}", 0);
    }

    private static bool Begins(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower)
    {
        if (text.Length < lower.Length) return false;
        for (int i = 0; i < lower.Length; i++)
            if ((text[i] is >= (byte)'A' and <= (byte)'Z' ? text[i] | 0x20 : text[i]) != lower[i]) return false;
        return true;
    }
}
