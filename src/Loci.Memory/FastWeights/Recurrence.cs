using System.Numerics;
using Loci.Memory.FastWeights.Kernels;

namespace Loci.Memory.FastWeights;

/// <summary>
/// Fast-weight memories over sequences, token by token: S ← e^g S; δ = β(v − kS) (delta rule) or βv (sum rule);
/// S ← S + kᵀδ; o = qS, the read after the write. The fastest form where S fits the first-level cache, and the one for
/// single tokens. Going on from a saved state gives the bits of running through.
/// </summary>
/// <remarks>Schlag et al. 2021, arXiv 2102.11174, equations 17–25; gated: Yang et al., arXiv 2412.06464.</remarks>
public static unsafe class Recurrence
{
    /// <summary>Runs all sequences.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="inputs">
    /// Keys, values, and what goes with them. With <paramref name="normalizers"/>, the sum rule without gates.
    /// </param>
    /// <param name="states">S [batch, heads, keySize, valueSize]: the initial states in, the final ones out.</param>
    /// <param name="normalizers">
    /// z [batch, heads, keySize], in and out: outputs become qS/(z·q + 1e-6). Empty: no normalisation.
    /// </param>
    /// <param name="outputs">[batch, length, heads, valueSize], or empty to write only.</param>
    /// <param name="skipZeros">
    /// True to leave out rows of S whose feature is zero, which pays for DPFP features. Not with gates.
    /// </param>
    /// <param name="threads">Most threads; the result does not depend on it.</param>
    /// <exception cref="ArgumentException">
    /// A length that does not fit, or a combination that does not exist.
    /// </exception>
    public static void Run<T>(
        SequenceShape shape, SequenceInputs<T> inputs, Span<T> states, Span<T> normalizers, Span<T> outputs,
        bool skipZeros = false, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Run(HeadKernels<T>.Current, shape, inputs, states, normalizers, outputs, skipZeros, threads);

    internal static void Run<T>(
        HeadKernels<T> kernels, SequenceShape shape, SequenceInputs<T> inputs, Span<T> states, Span<T> normalizers,
        Span<T> outputs, bool skipZeros, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        inputs.Check(shape);
        SequenceShape.CheckLength(shape.StateCount, states.Length, nameof(states));
        bool reads = !inputs.Queries.IsEmpty, normalized = !normalizers.IsEmpty, gated = !inputs.LogGates.IsEmpty;
        SequenceShape.CheckLength(reads ? shape.ValueCount : 0, outputs.Length, nameof(outputs));
        if (normalized)
        {
            SequenceShape.CheckLength(shape.NormalizerCount, normalizers.Length, nameof(normalizers));
            if (inputs.Correct || gated)
                throw new ArgumentException(
                    "attention normalisation goes with the sum rule without gates", nameof(normalizers));
        }
        if (skipZeros && gated)
            throw new ArgumentException("a gate changes every row of S: zeros cannot be skipped", nameof(skipZeros));
        fixed (T* q = inputs.Queries, k = inputs.Keys, v = inputs.Values, b = inputs.Strengths, g = inputs.LogGates)
        fixed (T* s = states, z = normalizers, o = outputs)
        {
            var pointers = new SequencePointers<T>(shape, inputs.Correct, q, k, v, b, g, o);
            T* state = s, normalizer = z;
            nint size = (nint)shape.KeySize * shape.ValueSize;
            MemoryShare.Run(shape.Memories, threads, memory =>
            {
                HeadSequence<T> head = pointers.Head(memory);
                if (skipZeros) kernels.Sparse(head, state + memory * size);
                else kernels.Dense(head, state + memory * size);
                if (normalizer != null) Normalize(head, normalizer + (nint)memory * shape.KeySize);
            });
        }
    }

    // z ← z + βk, o ← o/(z·q + floor)
    private static void Normalize<T>(in HeadSequence<T> head, T* normalizer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T floor = T.CreateChecked(UpdateRule.KeySumFloor);
        for (int t = 0; t < head.Length; t++)
        {
            T strength = head.Strengths == null ? T.One : head.Strengths[t * head.ScalarRow];
            LaneSums<T>.AddScaled(normalizer, strength, head.Keys + t * head.KeyRow, head.KeySize);
            if (head.Output == null) continue;
            T inverse = T.One / (LaneSums<T>.Dot(normalizer, head.Queries + t * head.KeyRow, head.KeySize) + floor);
            T* output = head.Output + t * head.ValueRow;
            for (int i = 0; i < head.ValueSize; i++) output[i] *= inverse;
        }
    }
}
