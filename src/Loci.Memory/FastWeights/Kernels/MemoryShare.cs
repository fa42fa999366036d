namespace Loci.Memory.FastWeights.Kernels;

/// <summary>Shares memories, which do not depend on each other, among threads.</summary>
internal static class MemoryShare
{
    public static void Run(int memories, int threads, Action<int> run)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        if (threads == 1 || memories < 2)
        {
            for (int memory = 0; memory < memories; memory++) run(memory);
            return;
        }
        Parallel.For(0, memories, new ParallelOptions { MaxDegreeOfParallelism = threads }, run);
    }
}
