namespace Loci.Memory.FastWeights.Kernels;

/// <summary>How a sequence falls into chunks: the first takes what is left up to the next border.</summary>
internal static class ChunkCount
{
    public static int Of(int length, int firstCapacity, int chunk) =>
        length == 0 ? 0 : length <= firstCapacity ? 1 : 1 + (length - firstCapacity + chunk - 1) / chunk;
}
