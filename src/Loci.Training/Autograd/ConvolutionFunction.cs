using System.Numerics;
using Loci.Memory.FastWeights;
using static TorchSharp.torch;
using AutogradContext = TorchSharp.torch.autograd.AutogradContext;

namespace Loci.Training.Autograd;

/// <summary>
/// <see cref="ShortConvolution"/> over a batch, float32, in Torch's graph. Arguments: x [batch, length, channels], factors
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
        ForEach(batch, b =>
        {
            float[] tail = Sequence(before, b, (size - 1) * channels).ToArray();
            ShortConvolution.Apply(
                Sequence(x, b, length * channels), channels, TensorData.Of<float>(factors), tail, Sequence(y, b, length * channels), channels);
        });
        return y;
    }

    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        using Tensor x = saved[0], factors = saved[1], before = saved[2], from = grad_output.contiguous();
        var (batch, length, channels, size) = Sizes(x, factors);
        Tensor toX = zeros_like(x), toFactors = zeros_like(factors);
        float[] sums = new float[batch * size * channels]; // by sequence, so that the order of addition is always the same
        ForEach(batch, b =>
        {
            ReadOnlySpan<float> g = Sequence(from, b, length * channels), input = Sequence(x, b, length * channels);
            ReadOnlySpan<float> tail = Sequence(before, b, (size - 1) * channels), f = TensorData.Of<float>(factors);
            Span<float> dx = Sequence(toX, b, length * channels), df = sums.AsSpan(b * size * channels, size * channels);
            for (int row = 0; row < length; row++)
                for (int j = 0; j < size; j++)
                {
                    int at = row - size + 1 + j;
                    ReadOnlySpan<float> gradient = g.Slice(row * channels, channels);
                    AddProducts(gradient, at < 0 ? tail.Slice((size - 1 + at) * channels, channels) : input.Slice(at * channels, channels), df.Slice(j * channels, channels));
                    if (at >= 0) AddProducts(gradient, f.Slice(j * channels, channels), dx.Slice(at * channels, channels));
                }
        });
        Span<float> total = TensorData.Of<float>(toFactors);
        for (int i = 0; i < sums.Length; i++) total[i % total.Length] += sums[i];
        return [toX, toFactors, null!];
    }

    private static (int Batch, int Length, int Channels, int Size) Sizes(Tensor x, Tensor factors) =>
        ((int)x.shape[0], (int)x.shape[1], (int)x.shape[2], (int)factors.shape[0]);

    private static Span<float> Sequence(Tensor tensor, int at, int count) => TensorData.OrEmpty<float>(tensor).Slice(at * count, count);

    private static void ForEach(int batch, Action<int> run)
    {
        int threads = Math.Max(1, get_num_threads());
        if (threads == 1 || batch == 1)
            for (int b = 0; b < batch; b++) run(b);
        else Parallel.For(0, batch, new ParallelOptions { MaxDegreeOfParallelism = threads }, run);
    }

    private static void AddProducts(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> sums)
    {
        int i = 0;
        for (; i <= sums.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(sums[i..]) + new Vector<float>(a[i..]) * new Vector<float>(b[i..])).CopyTo(sums[i..]);
        for (; i < sums.Length; i++) sums[i] += a[i] * b[i];
    }
}
