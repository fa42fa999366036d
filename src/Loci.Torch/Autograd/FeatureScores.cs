using System.Numerics;
using System.Runtime.InteropServices;
using Loci.Memory.FeatureMaps;
using static TorchSharp.torch;
using AutogradContext = TorchSharp.torch.autograd.AutogradContext;

namespace Loci.Torch.Autograd;

/// <summary>
/// φ(q)·φ(k) of all queries with all keys of a sequence, float32. The features of a key are made where they are used,
/// in the first-level cache, and again in the backward pass: as tensors they would be many times the size of all else.
/// Arguments: queries [batch, asked, size], keys [batch, length, size], the map. Result [batch, asked, length].
/// </summary>
public sealed class FeatureScores : autograd.SingleTensorFunction<FeatureScores>
{
    /// <inheritdoc/>
    public override string Name => "LociFeatureScores";

    /// <summary>The scores; tensors that are not contiguous are copied first.</summary>
    public static Tensor Of(FeatureMap map, Tensor queries, Tensor keys) =>
        apply(queries.contiguous(), keys.contiguous(), map);

    /// <inheritdoc/>
    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        var (queries, keys, map) = ((Tensor)vars[0], (Tensor)vars[1], (FeatureMap)vars[2]);
        ctx.save_for_backward([queries, keys]);
        ctx.save_data(nameof(FeatureMap), map);
        int asked = (int)queries.shape[1], length = (int)keys.shape[1], size = (int)keys.shape[2],
            wide = map.Features(size);
        Tensor scores = empty(keys.shape[0], asked, length);
        Span<float> q = TensorData.Of<float>(queries), k = TensorData.Of<float>(keys),
            to = TensorData.Of<float>(scores);
        float[] ofQueries = new float[asked * wide], ofKey = new float[wide];
        for (int b = 0; b < keys.shape[0]; b++)
        {
            MapQueries(map, q.Slice(b * asked * size, asked * size), size, ofQueries, wide);
            for (int t = 0; t < length; t++)
            {
                map.Apply<float>(k.Slice((b * length + t) * size, size), ofKey);
                for (int i = 0; i < asked; i++)
                    to[(b * asked + i) * length + t] = Dot(ofQueries.AsSpan(i * wide, wide), ofKey);
            }
        }
        return scores;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        using Tensor queries = saved[0], keys = saved[1], from = grad_output.contiguous();
        var map = (FeatureMap)ctx.get_data(nameof(FeatureMap));
        int asked = (int)queries.shape[1], length = (int)keys.shape[1], size = (int)keys.shape[2],
            wide = map.Features(size);
        Tensor toQueries = empty_like(queries), toKeys = empty_like(keys);
        Span<float> q = TensorData.Of<float>(queries), k = TensorData.Of<float>(keys), g = TensorData.Of<float>(from);
        Span<float> dq = TensorData.Of<float>(toQueries), dk = TensorData.Of<float>(toKeys);
        float[] ofQueries = new float[asked * wide], gradients = new float[asked * wide], ofKey = new float[wide],
            down = new float[wide];
        for (int b = 0; b < keys.shape[0]; b++)
        {
            MapQueries(map, q.Slice(b * asked * size, asked * size), size, ofQueries, wide);
            Array.Clear(gradients);
            for (int t = 0; t < length; t++)
            {
                ReadOnlySpan<float> key = k.Slice((b * length + t) * size, size);
                map.Apply(key, ofKey.AsSpan());
                Array.Clear(down);
                for (int i = 0; i < asked; i++)
                {
                    float weight = g[(b * asked + i) * length + t];
                    AddScaled(down, weight, ofQueries.AsSpan(i * wide, wide));
                    AddScaled(gradients.AsSpan(i * wide, wide), weight, ofKey);
                }
                map.Pullback(key, down, dk.Slice((b * length + t) * size, size));
            }
            for (int i = 0; i < asked; i++)
            {
                int at = (b * asked + i) * size;
                map.Pullback<float>(q.Slice(at, size), gradients.AsSpan(i * wide, wide), dq.Slice(at, size));
            }
        }
        return [toQueries, toKeys, null!];
    }

    private static void MapQueries(FeatureMap map, ReadOnlySpan<float> queries, int size, float[] features, int wide)
    {
        for (int i = 0; i * size < queries.Length; i++)
            map.Apply(queries.Slice(i * size, size), features.AsSpan(i * wide, wide));
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        ReadOnlySpan<Vector<float>> x = MemoryMarshal.Cast<float, Vector<float>>(a),
            y = MemoryMarshal.Cast<float, Vector<float>>(b);
        var sum = Vector<float>.Zero;
        for (int i = 0; i < x.Length; i++) sum += x[i] * y[i];
        float total = Vector.Sum(sum);
        for (int i = x.Length * Vector<float>.Count; i < a.Length; i++) total += a[i] * b[i];
        return total;
    }

    private static void AddScaled(Span<float> to, float factor, ReadOnlySpan<float> from)
    {
        Span<Vector<float>> x = MemoryMarshal.Cast<float, Vector<float>>(to);
        ReadOnlySpan<Vector<float>> y = MemoryMarshal.Cast<float, Vector<float>>(from);
        for (int i = 0; i < x.Length; i++) x[i] += factor * y[i];
        for (int i = x.Length * Vector<float>.Count; i < to.Length; i++) to[i] += factor * from[i];
    }
}
