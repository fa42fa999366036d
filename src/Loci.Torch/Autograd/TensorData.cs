using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Loci.Torch.Autograd;

/// <summary>The memory of a tensor as a span, without a copy.</summary>
public static class TensorData
{
    /// <summary>The elements of a dense tensor in memory order; valid as long as the tensor lives.</summary>
    /// <exception cref="ArgumentException">Not on the CPU, not contiguous, or of another type than
    /// <typeparamref name="T"/>.</exception>
    public static Span<T> Of<T>(Tensor tensor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ScalarType type = typeof(T) == typeof(float) ? ScalarType.Float32 : ScalarType.Float64;
        if (tensor.dtype != type || tensor.device_type != DeviceType.CPU || !tensor.is_contiguous())
        {
            throw new ArgumentException(
                $"a {tensor.dtype} tensor on {tensor.device_type}, contiguous: {tensor.is_contiguous()}; needs "
                + $"{type} on the CPU, contiguous");
        }
        return tensor.numel() == 0 ? [] : MemoryMarshal.Cast<byte, T>(tensor.bytes);
    }

    /// <summary>As <see cref="Of{T}"/>; empty for null.</summary>
    public static Span<T> OrEmpty<T>(Tensor? tensor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => tensor is null ? [] : Of<T>(tensor);
}
