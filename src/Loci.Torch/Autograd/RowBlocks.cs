using static TorchSharp.torch;

namespace Loci.Torch.Autograd;

/// <summary>
/// Rows in blocks of one size, shared among as many threads as Torch may use. The blocks do not depend on the threads:
/// what is summed block by block, and then over the blocks in order, has the same bits for any number of them.
/// </summary>
public static class RowBlocks
{
    /// <summary>Rows of a block.</summary>
    public const int Size = 256;

    /// <summary>Blocks of so many rows.</summary>
    public static int Count(int rows) => (rows + Size - 1) / Size;

    /// <summary>Runs every block.</summary>
    /// <param name="rows">Rows in all.</param>
    /// <param name="run">Gets the block's number, its first row and the row to stop before.</param>
    public static void Run(int rows, Action<int, int, int> run)
    {
        int blocks = Count(rows), threads = Math.Max(1, get_num_threads());
        if (threads == 1 || blocks == 1)
            for (int block = 0; block < blocks; block++) Block(block);
        else Parallel.For(0, blocks, new ParallelOptions { MaxDegreeOfParallelism = threads }, Block);

        void Block(int block) => run(block, block * Size, Math.Min((block + 1) * Size, rows));
    }
}
