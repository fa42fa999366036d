namespace Loci.Memory.Recall;

/// <summary>A prefix in 63 bits, sentence · 2²⁰ + position: the numeric order is the order of the corpus.</summary>
internal static class PrefixPointer
{
    public const int PositionBits = 20;
    public const int SentenceBits = 43;

    public static long Pack(long sentence, int position) => sentence << PositionBits | (uint)position;

    public static long Sentence(long pointer) => pointer >> PositionBits;

    public static int Position(long pointer) => (int)(pointer & ((1 << PositionBits) - 1));
}
