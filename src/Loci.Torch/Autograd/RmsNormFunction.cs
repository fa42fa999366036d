using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;
using AutogradContext = TorchSharp.torch.autograd.AutogradContext;

namespace Loci.Torch.Autograd;

/// <summary>
/// x/√(mean square + ε)∘gain over rows, in one pass forward and one back, where Torch's operations go through memory a
/// dozen times. Arguments: x [..., size], gain [size], ε (double). Result as x. Float32 or float64 on the CPU.
/// </summary>
/// <remarks>With u = g∘gain and r = 1/√(mean square + ε): dx = r·u − r³·mean(u·x)·x and dgain = Σ r·g∘x over the
/// rows.</remarks>
internal sealed class RmsNormFunction : autograd.SingleTensorFunction<RmsNormFunction>
{
    private const string Epsilon = nameof(Epsilon);

    public override string Name => "LociRmsNorm";

    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        var (x, gain, epsilon) = ((Tensor)vars[0], (Tensor)vars[1], (double)vars[2]);
        ctx.save_for_backward([x, gain]);
        ctx.save_data(Epsilon, epsilon);
        Tensor y = empty_like(x);
        if (x.dtype == ScalarType.Float64) Forward<double>(x, gain, epsilon, y);
        else Forward<float>(x, gain, epsilon, y);
        return y;
    }

    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        using Tensor x = saved[0], gain = saved[1], from = grad_output.contiguous();
        Tensor toX = empty_like(x), toGain = zeros_like(gain);
        double epsilon = (double)ctx.get_data(Epsilon);
        if (x.dtype == ScalarType.Float64) Backward<double>(x, gain, epsilon, from, toX, toGain);
        else Backward<float>(x, gain, epsilon, from, toX, toGain);
        return [toX, toGain, null!];
    }

    private static void Forward<T>(Tensor x, Tensor gain, double epsilon, Tensor y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int size = (int)x.shape[^1];
        RowBlocks.Run((int)(x.numel() / size), (_, first, end) =>
        {
            ReadOnlySpan<T> from = TensorData.Of<T>(x), factors = TensorData.Of<T>(gain);
            Span<T> to = TensorData.Of<T>(y);
            for (int row = first; row < end; row++)
            {
                ReadOnlySpan<T> input = from.Slice(row * size, size);
                Span<T> output = to.Slice(row * size, size);
                T r = Inverse(input, epsilon);
                int i = 0;
                for (; i <= size - Vector<T>.Count; i += Vector<T>.Count)
                    (new Vector<T>(input[i..]) * r * new Vector<T>(factors[i..])).CopyTo(output[i..]);
                for (; i < size; i++) output[i] = input[i] * r * factors[i];
            }
        });
    }

    private static void Backward<T>(Tensor x, Tensor gain, double epsilon, Tensor gradient, Tensor toX, Tensor toGain)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int size = (int)x.shape[^1], rows = (int)(x.numel() / size);
        T[] sums = new T[RowBlocks.Count(rows) * size];
        RowBlocks.Run(rows, (block, first, end) =>
        {
            ReadOnlySpan<T> inputs = TensorData.Of<T>(x), gradients = TensorData.Of<T>(gradient),
                factors = TensorData.Of<T>(gain);
            Span<T> to = TensorData.Of<T>(toX), sum = sums.AsSpan(block * size, size);
            for (int row = first; row < end; row++)
                Row(inputs.Slice(row * size, size), gradients.Slice(row * size, size), factors, epsilon,
                    to.Slice(row * size, size), sum);
        });
        Span<T> total = TensorData.Of<T>(toGain);
        for (int i = 0; i < sums.Length; i++) total[i % size] += sums[i];
    }

    private static void Row<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> g, ReadOnlySpan<T> gain, double epsilon, Span<T> dx, Span<T> dgain)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T r = Inverse(x, epsilon);
        Vector<T> lanes = Vector<T>.Zero;
        int i = 0, width = Vector<T>.Count;
        for (; i <= x.Length - width; i += width)
        {
            Vector<T> u = new Vector<T>(g[i..]) * new Vector<T>(gain[i..]);
            u.CopyTo(dx[i..]);
            lanes += u * new Vector<T>(x[i..]);
        }
        T along = Vector.Sum(lanes);
        for (; i < x.Length; i++)
        {
            dx[i] = g[i] * gain[i];
            along += dx[i] * x[i];
        }
        T back = along * r * r * r / T.CreateChecked(x.Length);
        for (i = 0; i <= x.Length - width; i += width)
        {
            var input = new Vector<T>(x[i..]);
            (new Vector<T>(dx[i..]) * r - input * back).CopyTo(dx[i..]);
            (new Vector<T>(dgain[i..]) + new Vector<T>(g[i..]) * input * r).CopyTo(dgain[i..]);
        }
        for (; i < x.Length; i++)
        {
            dx[i] = dx[i] * r - x[i] * back;
            dgain[i] += g[i] * x[i] * r;
        }
    }

    private static T Inverse<T>(ReadOnlySpan<T> x, double epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<Vector<T>> vectors = MemoryMarshal.Cast<T, Vector<T>>(x);
        Vector<T> lanes = Vector<T>.Zero;
        foreach (Vector<T> v in vectors) lanes += v * v;
        T sum = Vector.Sum(lanes);
        for (int i = vectors.Length * Vector<T>.Count; i < x.Length; i++) sum += x[i] * x[i];
        return T.One / T.Sqrt(sum / T.CreateChecked(x.Length) + T.CreateChecked(epsilon));
    }
}
