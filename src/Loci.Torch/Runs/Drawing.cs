using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Loci.Torch.Runs;

/// <summary>Fills the tensors of a batch.</summary>
public static class Drawing
{
    /// <param name="source">The windows.</param>
    /// <param name="first">Number of the first window.</param>
    /// <param name="inputs">[batch, length], int64</param>
    /// <param name="targets">[batch·length, 1], int64</param>
    public static void Draw(this ITokenSource source, long first, Tensor inputs, Tensor targets)
    {
        int batch = (int)inputs.shape[0], length = (int)inputs.shape[1];
        Span<long> from = MemoryMarshal.Cast<byte, long>(inputs.bytes),
            to = MemoryMarshal.Cast<byte, long>(targets.bytes);
        for (int b = 0; b < batch; b++)
            source.Fill(first + b, from.Slice(b * length, length), to.Slice(b * length, length));
    }
}
