namespace Loci.Checkpoints.Gguf;

/// <summary>Widens one block.</summary>
/// <param name="block">Its bytes.</param>
/// <param name="numbers">Overwritten.</param>
internal delegate void BlockWidening(ReadOnlySpan<byte> block, Span<float> numbers);

/// <summary>How GGUF packs numbers.</summary>
/// <param name="Id">Its number in files.</param>
/// <param name="Name">Its name.</param>
/// <param name="Numbers">Numbers of a block.</param>
/// <param name="Bytes">Bytes of a block.</param>
/// <param name="Plain">What the numbers are, where they are not packed.</param>
/// <param name="Widen">Widens a block, where they are.</param>
internal sealed record GgufFormat(
    uint Id, string Name, int Numbers, int Bytes, TensorType? Plain = null, BlockWidening? Widen = null)
{
    /// <summary>All that are read.</summary>
    public static IReadOnlyList<GgufFormat> All { get; } =
    [
        new(0, "F32", 1, 4, TensorType.Float32), new(1, "F16", 1, 2, TensorType.Float16),
        new(30, "BF16", 1, 2, TensorType.BFloat16), new(28, "F64", 1, 8, TensorType.Float64),
        new(24, "I8", 1, 1, TensorType.Int8), new(25, "I16", 1, 2, TensorType.Int16),
        new(26, "I32", 1, 4, TensorType.Int32), new(27, "I64", 1, 8, TensorType.Int64),
        new(2, "Q4_0", 32, 18, Widen: SmallBlocks.Q4_0), new(3, "Q4_1", 32, 20, Widen: SmallBlocks.Q4_1),
        new(6, "Q5_0", 32, 22, Widen: SmallBlocks.Q5_0), new(7, "Q5_1", 32, 24, Widen: SmallBlocks.Q5_1),
        new(8, "Q8_0", 32, 34, Widen: SmallBlocks.Q8_0), new(20, "IQ4_NL", 32, 18, Widen: SmallBlocks.Iq4Nl),
        new(39, "MXFP4", 32, 17, Widen: SmallBlocks.MxFp4),
        new(10, "Q2_K", 256, 84, Widen: LargeBlocks.Q2K), new(11, "Q3_K", 256, 110, Widen: LargeBlocks.Q3K),
        new(12, "Q4_K", 256, 144, Widen: LargeBlocks.Q4K), new(13, "Q5_K", 256, 176, Widen: LargeBlocks.Q5K),
        new(14, "Q6_K", 256, 210, Widen: LargeBlocks.Q6K),
    ];

    /// <summary>The format of a number, or null.</summary>
    public static GgufFormat? Of(uint id) => All.FirstOrDefault(format => format.Id == id);

    /// <summary>The format of a type that is not packed.</summary>
    public static GgufFormat Of(TensorType type) => All.First(format => format.Plain == type);

    /// <summary>Widens whole blocks.</summary>
    public float[] ToFloats(ReadOnlySpan<byte> blocks)
    {
        float[] numbers = new float[checked(blocks.Length / Bytes * Numbers)];
        for (int b = 0; b * Bytes < blocks.Length; b++)
            Widen!(blocks.Slice(b * Bytes, Bytes), numbers.AsSpan(b * Numbers, Numbers));
        return numbers;
    }
}
