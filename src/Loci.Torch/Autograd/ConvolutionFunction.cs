using System.Numerics;
using System.Runtime.InteropServices;
using Loci.Memory.FastWeights;
using static TorchSharp.torch;
using AutogradContext = TorchSharp.torch.autograd.AutogradContext;

namespace Loci.Torch.Autograd;

/// <summary>
/// <see cref="ShortConvolution"/> over a batch, float32, in Torch's graph. Arguments: x [batch, length, channels],
/// factors
/// [size, channels], the rows before the first [batch, size − 1, channels], which get no gradient. Result as x.
/// </summary>
internal sealed class ConvolutionFunction : autograd.SingleTensorFunction<ConvolutionFunction>
{
    public override string Name => "LociConvolution";

    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        var (x, factors, before) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
        ctx.save_for_backward([x, factors, before]);
        Tensor y = empty_like(x);
        var (batch, length, channels, size) = Sizes(x, factors);
        for (int b = 0; b < batch; b++)
        {
            int text = b;
            RowBlocks.Run(length, (_, first, end) =>
            {
                Span<float> input = Sequence(x, text, length * channels);
                int tailed = (size - 1) * channels; // a block is longer than any convolution
                float[] tail = (first == 0
                    ? Sequence(before, text, tailed)
                    : input.Slice(first * channels - tailed, tailed)).ToArray();
                ShortConvolution.Apply(
                    input[(first * channels)..], channels, TensorData.Of<float>(factors), tail,
                    Sequence(y, text, length * channels)[(first * channels)..(end * channels)], channels);
            });
        }
        return y;
    }

    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        using Tensor x = saved[0], factors = saved[1], before = saved[2], from = grad_output.contiguous();
        var (batch, length, channels, size) = Sizes(x, factors);
        Tensor toX = zeros_like(x), toFactors = zeros_like(factors);
        // by block, so that the order of addition is always the same
        float[] sums = new float[RowBlocks.Count(length) * size * channels];
        Span<float> total = TensorData.Of<float>(toFactors);
        for (int b = 0; b < batch; b++)
        {
            int text = b;
            Array.Clear(sums);
            RowBlocks.Run(length, (block, first, end) =>
            {
                ReadOnlySpan<float> g = Sequence(from, text, length * channels),
                    input = Sequence(x, text, length * channels);
                ReadOnlySpan<float> tail = Sequence(before, text, (size - 1) * channels),
                    f = TensorData.Of<float>(factors);
                Span<float> dx = Sequence(toX, text, length * channels),
                    df = sums.AsSpan(block * size * channels, size * channels);
                for (int row = first; row < end; row++)
                    for (int j = 0; j < size; j++)
                    {
                        // what this row reads with factor j, and who reads it
                        int at = row - size + 1 + j, reader = row + size - 1 - j;
                        ReadOnlySpan<float> read = at < 0
                            ? tail.Slice((size - 1 + at) * channels, channels)
                            : input.Slice(at * channels, channels);
                        AddProducts(g.Slice(row * channels, channels), read, df.Slice(j * channels, channels));
                        if (reader < length)
                            AddProducts(g.Slice(reader * channels, channels), f.Slice(j * channels, channels),
                                dx.Slice(row * channels, channels));
                    }
            });
            for (int i = 0; i < sums.Length; i++) total[i % total.Length] += sums[i];
        }
        return [toX, toFactors, null!];
    }

    private static (int Batch, int Length, int Channels, int Size) Sizes(Tensor x, Tensor factors) =>
        ((int)x.shape[0], (int)x.shape[1], (int)x.shape[2], (int)factors.shape[0]);

    private static Span<float> Sequence(Tensor tensor, int at, int count) =>
        TensorData.OrEmpty<float>(tensor).Slice(at * count, count);

    private static void AddProducts(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> sums)
    {
        ref float x = ref MemoryMarshal.GetReference(a), y = ref MemoryMarshal.GetReference(b),
            z = ref MemoryMarshal.GetReference(sums);
        int i = 0;
        for (; i <= sums.Length - Vector<float>.Count; i += Vector<float>.Count)
            (Vector.LoadUnsafe(ref z, (nuint)i)
                + Vector.LoadUnsafe(ref x, (nuint)i) * Vector.LoadUnsafe(ref y, (nuint)i)).StoreUnsafe(ref z, (nuint)i);
        for (; i < sums.Length; i++) sums[i] += a[i] * b[i];
    }
}
