using System.Buffers.Binary;

namespace Loci.Checkpoints;

/// <summary>The seven numbers that a llama2.c file (version 0) starts with.</summary>
/// <param name="Width">Length of a residual vector, <c>dim</c>.</param>
/// <param name="Cells">Feed-forward cells of a layer, <c>hidden_dim</c>.</param>
/// <param name="Layers">Layers, <c>n_layers</c>.</param>
/// <param name="Heads">Attention heads, <c>n_heads</c>.</param>
/// <param name="KeyValueHeads">Key-value heads, <c>n_kv_heads</c>.</param>
/// <param name="Vocabulary">Tokens; the file negates them where the output head is its own matrix.</param>
/// <param name="Context">Longest sequence, <c>seq_len</c>.</param>
/// <param name="TiedOutput">True when the output head is the token embedding.</param>
public sealed record Llama2cHeader(
    int Width, int Cells, int Layers, int Heads, int KeyValueHeads, int Vocabulary, int Context, bool TiedOutput)
{
    /// <summary>Bytes of the header.</summary>
    internal const int Bytes = 7 * sizeof(int);

    private const uint LaterVersionMagic = 0x616b3432;
    private const int MaxLayers = 4096; // so that names and shapes stay small beside any file

    /// <summary>Numbers of one head.</summary>
    public int HeadWidth => Width / Heads;

    /// <summary>Numbers of a position's keys, or values, of all key-value heads.</summary>
    public int KeyValueWidth => HeadWidth * KeyValueHeads;

    internal static Llama2cHeader Parse(ReadOnlySpan<byte> file, string path)
    {
        if (file.Length >= 8 && BinaryPrimitives.ReadUInt32LittleEndian(file) == LaterVersionMagic)
            throw new UnsupportedException(
                $"{path}: is a llama2.c file of version {BinaryPrimitives.ReadInt32LittleEndian(file[4..])}; " +
                "version 0 is read (export.py --version 0)");
        if (file.Length < Bytes)
            throw new InvalidFileException(
                path, $"is {file.Length} bytes long; the header of a llama2.c file takes {Bytes}", 0);
        int[] field = new int[7];
        for (int i = 0; i < field.Length; i++) field[i] = BinaryPrimitives.ReadInt32LittleEndian(file[(4 * i)..]);
        bool tied = field[5] > 0;
        if (!tied && field[5] != int.MinValue) field[5] = -field[5];
        ReadOnlySpan<string> names =
        [
            "dim", "hidden_dim", "n_layers", "n_heads", "n_kv_heads", "vocab_size", "seq_len",
        ];
        for (int i = 0; i < field.Length; i++)
            if (field[i] <= 0)
                throw new InvalidFileException(
                    path, $"{names[i]} is {field[i]}; not a llama2.c file of version 0", 4 * i);
        if (field[2] > MaxLayers)
            throw new InvalidFileException(path, $"n_layers is {field[2]}, more than {MaxLayers}", 8);
        if (field[0] % field[3] != 0 || field[0] / field[3] % 2 != 0)
            throw new InvalidFileException(path, $"dim {field[0]} is no even multiple of n_heads {field[3]}", 12);
        if (field[3] % field[4] != 0)
            throw new InvalidFileException(path, $"n_heads {field[3]} is no multiple of n_kv_heads {field[4]}", 16);
        return new(field[0], field[1], field[2], field[3], field[4], field[5], field[6], tied);
    }
}
