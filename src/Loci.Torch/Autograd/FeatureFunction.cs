using System.Numerics;
using Loci.Memory.FeatureMaps;
using static TorchSharp.torch;
using AutogradContext = TorchSharp.torch.autograd.AutogradContext;

namespace Loci.Torch.Autograd;

/// <summary>Feature maps as differentiable operations.</summary>
public static class Features
{
    /// <summary>φ of every row, then normalised.</summary>
    /// <param name="map">φ.</param>
    /// <param name="x">[..., inputSize]</param>
    /// <param name="normalization">What is done to the features.</param>
    /// <param name="epsilon">Added to ‖φ‖² under the root of L2 normalisation.</param>
    /// <returns>[..., d_dot]</returns>
    public static Tensor Apply(FeatureMap map, Tensor x, Normalization normalization = Normalization.None,
        double epsilon = 0) =>
        FeatureFunction.apply(x.contiguous(), map, new FeatureScale(normalization, epsilon));
}

/// <summary>A normalisation and its ε.</summary>
public sealed record FeatureScale(Normalization Kind, double Epsilon);

/// <summary>
/// φ and its normalisation row by row, by <see cref="FeatureMap"/>. Arguments: x, the map, the
/// <see cref="FeatureScale"/>.
/// </summary>
internal sealed class FeatureFunction : autograd.SingleTensorFunction<FeatureFunction>
{
    public override string Name => "LociFeatures";

    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        var (x, map, scale) = ((Tensor)vars[0], (FeatureMap)vars[1], (FeatureScale)vars[2]);
        ctx.save_for_backward([x]);
        ctx.save_data(nameof(FeatureMap), map);
        ctx.save_data(nameof(FeatureScale), scale);
        long[] shape = x.shape;
        shape[^1] = map.Features((int)shape[^1]);
        Tensor features = empty(shape, x.dtype);
        if (x.dtype == ScalarType.Float64) Forward<double>(map, scale, x, features);
        else Forward<float>(map, scale, x, features);
        return features;
    }

    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
    {
        var (map, scale) = ((FeatureMap)ctx.get_data(nameof(FeatureMap)),
            (FeatureScale)ctx.get_data(nameof(FeatureScale)));
        using Tensor x = ctx.get_saved_variables()[0], from = grad_output.contiguous();
        Tensor to = empty_like(x);
        if (x.dtype == ScalarType.Float64) Backward<double>(map, scale, x, from, to);
        else Backward<float>(map, scale, x, from, to);
        return [to, null!, null!];
    }

    private static void Forward<T>(FeatureMap map, FeatureScale scale, Tensor x, Tensor features)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int size = (int)x.shape[^1], wide = (int)features.shape[^1];
        Rows(x.numel() / size, (first, end) =>
        {
            Span<T> from = TensorData.Of<T>(x), to = TensorData.Of<T>(features);
            for (int row = first; row < end; row++)
            {
                Span<T> feature = to.Slice(row * wide, wide);
                map.Apply<T>(from.Slice(row * size, size), feature);
                FeatureNormalization.Apply(scale.Kind, feature, scale.Epsilon);
            }
        });
    }

    private static void Backward<T>(FeatureMap map, FeatureScale scale, Tensor x, Tensor gradient, Tensor inputGradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int size = (int)x.shape[^1], wide = (int)gradient.shape[^1];
        Rows(x.numel() / size, (first, end) =>
        {
            Span<T> inputs = TensorData.Of<T>(x), from = TensorData.Of<T>(gradient),
                to = TensorData.Of<T>(inputGradient);
            T[] features = new T[wide], unnormalized = new T[wide];
            for (int row = first; row < end; row++)
            {
                ReadOnlySpan<T> input = inputs.Slice(row * size, size), g = from.Slice(row * wide, wide);
                if (scale.Kind != Normalization.None)
                {
                    map.Apply(input, features.AsSpan());
                    g.CopyTo(unnormalized);
                    FeatureNormalization.Pullback(scale.Kind, features, unnormalized.AsSpan(), scale.Epsilon);
                    g = unnormalized;
                }
                map.Pullback(input, g, to.Slice(row * size, size));
            }
        });
    }

    private static void Rows(long count, Action<int, int> run)
    {
        const int Fewest = 64; // rows worth a thread
        int parts = (int)Math.Clamp(count / Fewest, 1, Math.Max(1, get_num_threads()));
        if (parts == 1) run(0, (int)count);
        else Parallel.For(0, parts, part => run((int)(count * part / parts), (int)(count * (part + 1) / parts)));
    }
}
