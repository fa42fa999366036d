using System.Numerics;

namespace Loci.Memory.FastWeights;

/// <summary>
/// The naive reference of <see cref="Recurrence"/> and <see cref="Chunkwise"/>: the equations, token by token, in plain
/// loops. Tests run it in float64 and hold the fast paths near to it; nothing else uses it.
/// </summary>
internal static class NaiveRecurrence
{
    /// <summary>S ← e^g S; δ = β(v − kS) or βv; S ← S + kᵀδ; z ← e^g z + βk; o = qS, or qS/(z·q + floor).</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="inputs">As for <see cref="Recurrence"/>; gates go with z, too.</param>
    /// <param name="states">S [batch, heads, keySize, valueSize], in and out.</param>
    /// <param name="normalizers">z [batch, heads, keySize], in and out; empty: reads are not divided.</param>
    /// <param name="outputs">[batch, length, heads, valueSize], or empty.</param>
    public static void Run<T>(
        SequenceShape shape, SequenceInputs<T> inputs, Span<T> states, Span<T> normalizers, Span<T> outputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        inputs.Check(shape);
        int keys = shape.KeySize, values = shape.ValueSize;
        for (int memory = 0; memory < shape.Memories; memory++)
        {
            Span<T> s = states.Slice(memory * keys * values, keys * values);    // [keys, values]
            Span<T> z = normalizers.IsEmpty ? [] : normalizers.Slice(memory * keys, keys);
            int batch = memory / shape.Heads, head = memory % shape.Heads;
            for (int t = 0; t < shape.Length; t++)
            {
                int at = (batch * shape.Length + t) * shape.Heads + head;
                T beta = inputs.Strengths.IsEmpty ? T.One : inputs.Strengths[at];
                T decay = inputs.LogGates.IsEmpty ? T.One : T.Exp(inputs.LogGates[at]);
                var k = inputs.Keys.Slice(at * keys, keys);
                var v = inputs.Values.Slice(at * values, values);
                foreach (ref T x in s) x *= decay;
                for (int i = 0; i < z.Length; i++) z[i] = decay * z[i] + beta * k[i];
                for (int j = 0; j < values; j++)
                {
                    T old = inputs.Correct ? Dot(k, s, j, values) : T.Zero, delta = beta * (v[j] - old);
                    for (int i = 0; i < keys; i++) s[i * values + j] += k[i] * delta;
                }
                if (outputs.IsEmpty) continue;
                var q = inputs.Queries.Slice(at * keys, keys);
                T divisor = z.IsEmpty ? T.One : T.CreateChecked(UpdateRule.KeySumFloor) + Dot(q, z, 0, 1);
                for (int j = 0; j < values; j++) outputs[at * values + j] = Dot(q, s, j, values) / divisor;
            }
        }
    }

    // x·column of a matrix with so many columns
    private static T Dot<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> matrix, int column, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        for (int i = 0; i < x.Length; i++) sum += x[i] * matrix[i * columns + column];
        return sum;
    }
}
