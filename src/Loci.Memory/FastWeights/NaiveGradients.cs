using System.Numerics;

namespace Loci.Memory.FastWeights;

/// <summary>
/// The naive reference of the gradients of <see cref="Chunkwise"/>: the chain rule along <see cref="NaiveRecurrence"/>,
/// token by token from the last to the first, with every state kept. Tests alone use it.
/// </summary>
internal static class NaiveGradients
{
    /// <summary>The gradients of all inputs and of the initial states.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="inputs">As for <see cref="NaiveRecurrence"/>.</param>
    /// <param name="states">The initial S. [batch, heads, keySize, valueSize]</param>
    /// <param name="normalizers">The initial z [batch, heads, keySize]; empty: reads are not divided.</param>
    /// <param name="outputs">Gradients of the outputs. [batch, length, heads, valueSize]</param>
    /// <param name="gradients">Receives the gradients; all that the inputs have.</param>
    public static void Run<T>(
        SequenceShape shape, SequenceInputs<T> inputs, ReadOnlySpan<T> states, ReadOnlySpan<T> normalizers,
        ReadOnlySpan<T> outputs, SequenceGradients<T> gradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        inputs.Check(shape);
        int keys = shape.KeySize, values = shape.ValueSize, size = keys * values;
        for (int memory = 0; memory < shape.Memories; memory++)
        {
            var (batch, head) = (memory / shape.Heads, memory % shape.Heads);
            T[][] before = new T[shape.Length][], sums = new T[shape.Length][]; // S and z before each token
            T[] s = states.Slice(memory * size, size).ToArray();
            T[] z = normalizers.IsEmpty ? [] : normalizers.Slice(memory * keys, keys).ToArray();
            for (int t = 0; t < shape.Length; t++)
            {
                (before[t], sums[t]) = ([.. s], [.. z]);
                Token<T>.At(shape, inputs, (batch * shape.Length + t) * shape.Heads + head).Write(s, z);
            }
            var ds = gradients.States.Slice(memory * size, size);
            Span<T> dz = z.Length == 0 ? [] : gradients.Normalizers.Slice(memory * keys, keys);
            for (int t = shape.Length - 1; t >= 0; t--)
            {
                int at = (batch * shape.Length + t) * shape.Heads + head;
                var token = Token<T>.At(shape, inputs, at);
                T dBeta = T.Zero, dGate = T.Zero;
                token.Back(before[t], sums[t], outputs.Slice(at * values, values), ds, dz,
                    gradients.Queries.Slice(at * keys, keys), gradients.Keys.Slice(at * keys, keys),
                    gradients.Values.Slice(at * values, values), ref dBeta, ref dGate);
                if (!gradients.Strengths.IsEmpty) gradients.Strengths[at] = dBeta;
                if (!gradients.LogGates.IsEmpty) gradients.LogGates[at] = dGate;
            }
        }
    }

    private readonly ref struct Token<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _q, _k, _v;
        private readonly T _beta, _decay;
        private readonly bool _correct;

        private Token(SequenceShape shape, SequenceInputs<T> inputs, int at)
        {
            _q = inputs.Queries.Slice(at * shape.KeySize, shape.KeySize);
            _k = inputs.Keys.Slice(at * shape.KeySize, shape.KeySize);
            _v = inputs.Values.Slice(at * shape.ValueSize, shape.ValueSize);
            _beta = inputs.Strengths.IsEmpty ? T.One : inputs.Strengths[at];
            _decay = inputs.LogGates.IsEmpty ? T.One : T.Exp(inputs.LogGates[at]);
            _correct = inputs.Correct;
        }

        public static Token<T> At(SequenceShape shape, SequenceInputs<T> inputs, int at) => new(shape, inputs, at);

        /// <summary>S ← e^g S; e = v − kS, or v; S ← S + βkᵀe; z ← e^g z + βk. Returns e.</summary>
        public T[] Write(Span<T> s, Span<T> z)
        {
            foreach (ref T x in s) x *= _decay;
            for (int i = 0; i < z.Length; i++) z[i] = _decay * z[i] + _beta * _k[i];
            T[] e = [.. _v];
            for (int i = 0; _correct && i < _k.Length; i++)
                for (int j = 0; j < e.Length; j++) e[j] -= _k[i] * s[i * e.Length + j];
            for (int i = 0; i < _k.Length; i++)
                for (int j = 0; j < e.Length; j++) s[i * e.Length + j] += _beta * _k[i] * e[j];
            return e;
        }

        /// <summary>From the gradients of S and z after the token to those before it, in place.</summary>
        public void Back(T[] before, T[] sums, ReadOnlySpan<T> outputs, Span<T> ds, Span<T> dz, Span<T> dq, Span<T> dk,
            Span<T> dv, ref T dBeta, ref T dGate)
        {
            int keys = _k.Length, values = _v.Length;
            T[] s = [.. before], z = [.. sums], dy = [.. outputs], de = new T[values];
            T[] e = Write(s, z);
            (T divisor, T dDivisor) = (T.One, T.Zero);
            if (z.Length > 0)
            {
                divisor = T.CreateChecked(UpdateRule.KeySumFloor);
                for (int i = 0; i < keys; i++) divisor += _q[i] * z[i];
            }
            for (int j = 0; j < values; j++) dy[j] /= divisor;              // o = y/D, y = qS
            dq.Clear();
            dk.Clear();
            for (int i = 0; i < keys; i++)
                for (int j = 0; j < values; j++)
                {
                    dq[i] += s[i * values + j] * dy[j];
                    if (z.Length > 0) dDivisor -= _q[i] * s[i * values + j] * dy[j] / divisor;
                }
            for (int i = 0; i < z.Length; i++)
            {
                dq[i] += dDivisor * z[i];
                dz[i] += dDivisor * _q[i];
                dBeta += dz[i] * _k[i];                                     // z = e^g z + βk
                dk[i] += dz[i] * _beta;
                dGate += dz[i] * sums[i] * _decay;
                dz[i] *= _decay;
            }
            for (int i = 0; i < keys; i++)
                for (int j = 0; j < values; j++)
                {
                    ref T d = ref ds[i * values + j];
                    d += _q[i] * dy[j];
                    dk[i] += d * _beta * e[j];                              // S + βkᵀe
                    dBeta += d * _k[i] * e[j];
                    de[j] += d * _beta * _k[i];
                }
            de.CopyTo(dv);
            for (int i = 0; i < keys; i++)
                for (int j = 0; j < values; j++)
                {
                    ref T d = ref ds[i * values + j];
                    T old = before[i * values + j] * _decay;
                    if (_correct) dk[i] -= old * de[j];                     // e = v − k(e^g S)
                    if (_correct) d -= _k[i] * de[j];
                    dGate += d * old;
                    d *= _decay;
                }
        }
    }
}
