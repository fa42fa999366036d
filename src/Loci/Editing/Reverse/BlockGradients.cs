using System.Numerics;
using Loci.Models.Weights;

namespace Loci.Editing;

/// <summary>Gradients of the matrices of one block, summed over rows and calls.</summary>
/// <param name="wholeBlock">True for attention, too; else the cells alone.</param>
internal sealed class BlockGradients(bool wholeBlock)
{
    private readonly Dictionary<TensorRole, float[]> _sums = [];

    /// <summary>True where attention is wanted, too.</summary>
    public bool WholeBlock => wholeBlock;

    /// <summary>What was summed. Each [outputs, inputs]</summary>
    public IReadOnlyDictionary<TensorRole, float[]> Sums => _sums;

    /// <summary>dW += Σ dy ⊗ x.</summary>
    /// <param name="layer">The block; there is one.</param>
    /// <param name="role">Which matrix.</param>
    /// <param name="dy">[rows, outputs]</param>
    /// <param name="x">[rows, inputs]</param>
    /// <param name="rows">Rows.</param>
    public void Add(int layer, TensorRole role, ReadOnlySpan<float> dy, ReadOnlySpan<float> x, int rows)
    {
        int outputs = dy.Length / rows, inputs = x.Length / rows;
        if (!_sums.TryGetValue(role, out float[]? sum)) _sums[role] = sum = new float[outputs * inputs];
        for (int r = 0; r < rows; r++)
            for (int o = 0; o < outputs; o++)
            {
                float factor = dy[r * outputs + o];
                if (factor == 0) continue;
                AddTimes(factor, x.Slice(r * inputs, inputs), sum.AsSpan(o * inputs, inputs));
            }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        foreach (float[] sum in _sums.Values) Array.Clear(sum);
    }

    private static void AddTimes(float factor, ReadOnlySpan<float> x, Span<float> y)
    {
        int at = 0;
        var factors = new Vector<float>(factor);
        for (; at <= x.Length - Vector<float>.Count; at += Vector<float>.Count)
            (new Vector<float>(y[at..]) + factors * new Vector<float>(x[at..])).CopyTo(y[at..]);
        for (; at < x.Length; at++) y[at] += factor * x[at];
    }
}
