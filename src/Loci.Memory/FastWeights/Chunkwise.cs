using System.Numerics;
using Loci.Memory.FastWeights.Kernels;

namespace Loci.Memory.FastWeights;

/// <summary>
/// Fast-weight memories over sequences in the chunk form, forward and backward: the outputs of <see cref="Recurrence"/>
/// from small matrix products. It is what training needs, and wins for large keys and values.
/// </summary>
/// <remarks>Yang et al. 2024, arXiv 2406.06484; gated 2412.06464. The sum rule also takes gates.</remarks>
public static unsafe class Chunkwise
{
    /// <summary>Runs all sequences from <paramref name="state"/> on, and moves it past them.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="inputs">Queries, keys, values, strengths, gates, rule.</param>
    /// <param name="state">In and out. Where it is normalised (sum rule), outputs are qS/(z·q + 1e-6).</param>
    /// <param name="outputs">[batch, length, heads, valueSize]</param>
    /// <param name="tape">
    /// Receives what the backward pass needs, or null. With a tape the state has no pending tokens.
    /// </param>
    /// <param name="threads">Most threads; the result does not depend on it.</param>
    /// <exception cref="ArgumentException">
    /// A length that does not fit, or a combination that does not exist.
    /// </exception>
    public static void Forward<T>(
        SequenceShape shape, SequenceInputs<T> inputs, ChunkState<T> state, Span<T> outputs, ChunkTape<T>? tape = null,
        int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Forward(HeadKernels<T>.Current, shape, inputs, state, outputs, tape, threads);

    internal static void Forward<T>(
        HeadKernels<T> kernels, SequenceShape shape, SequenceInputs<T> inputs, ChunkState<T> state, Span<T> outputs,
        ChunkTape<T>? tape, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(state);
        inputs.Check(shape);
        SequenceShape.CheckLength(shape.KeyCount, inputs.Queries.Length, nameof(inputs.Queries));
        SequenceShape.CheckLength(shape.ValueCount, outputs.Length, nameof(outputs));
        if ((state.Memories, state.KeySize, state.ValueSize) != (shape.Memories, shape.KeySize, shape.ValueSize))
            throw new ArgumentException(
                $"holds {state.Memories} memories of {state.KeySize}×{state.ValueSize}, not those of {shape}",
                nameof(state));
        if (state.IsNormalized && inputs.Correct)
            throw new ArgumentException("attention normalisation goes with the sum rule", nameof(state));
        if (tape is not null && state.Pending > 0)
            throw new ArgumentException(
                $"{state.Pending} tokens are pending; a tape begins where S is settled", nameof(state));
        tape?.Begin(shape, state, inputs.Correct);
        if (shape.Length == 0 || shape.Memories == 0) return;

        T floor = T.CreateChecked(UpdateRule.KeySumFloor);
        fixed (T* q = inputs.Queries, k = inputs.Keys, v = inputs.Values, b = inputs.Strengths, g = inputs.LogGates)
        fixed (T* o = outputs, border = state.Border, pendingKeys = state.PendingKeys)
        fixed (T* deltas = state.PendingDeltas, gates = state.PendingGates, states = tape?.States,
            errors = tape?.Errors)
        {
            var pointers = new SequencePointers<T>(shape, inputs.Correct, q, k, v, b, g, o);
            var pass = new ForwardPass<T>(kernels, pointers, state, tape, floor)
            {
                Border = border, Keys = pendingKeys, Deltas = deltas, Gates = gates, TapeStates = states,
                    TapeErrors = errors,
                Length = shape.Length,
            };
            if (threads == 1)
                for (int memory = 0; memory < shape.Memories; memory++) pass.Run(memory);
            else Share(pass, shape.Memories, threads);
            state.Advance(shape.Length);
        }
    }

    // Apart from the caller: there a delegate would be made for every call, with one thread too.
    private static void Share<T>(ForwardPass<T> pass, int memories, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        MemoryShare.Run(memories, threads, pass.Run);

    /// <summary>What every memory of one call needs.</summary>
    private readonly struct ForwardPass<T>(
        HeadKernels<T> kernels, SequencePointers<T> pointers, ChunkState<T> state, ChunkTape<T>? tape, T floor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public T* Border { get; init; }

        public T* Keys { get; init; }

        public T* Deltas { get; init; }

        public T* Gates { get; init; }

        public T* TapeStates { get; init; }

        public T* TapeErrors { get; init; }

        public int Length { get; init; }

        /// <summary>Takes one memory past its tokens.</summary>
        public void Run(int memory)
        {
            ChunkHead<T> carry = state.Head(memory, Border, Keys, Deltas, Gates);
            T* states = TapeStates == null ? null : TapeStates + (nint)memory * tape!.Chunks * state.StateSize;
            T* errors = TapeErrors == null ? null : TapeErrors + (nint)memory * Length * state.Columns;
            kernels.ChunkForward(pointers.Head(memory), ref carry, states, errors, floor);
        }
    }

    /// <summary>The gradients of all inputs and of the initial states.</summary>
    /// <param name="shape">Sizes, as in the forward pass.</param>
    /// <param name="inputs">As in the forward pass.</param>
    /// <param name="tape">What the forward pass left.</param>
    /// <param name="outputGradients">[batch, length, heads, valueSize]</param>
    /// <param name="gradients">Receives the gradients.</param>
    /// <param name="threads">Most threads; the result does not depend on it.</param>
    /// <exception cref="ArgumentException">A length that does not fit, or a tape of another forward pass.</exception>
    public static void Backward<T>(
        SequenceShape shape, SequenceInputs<T> inputs, ChunkTape<T> tape, ReadOnlySpan<T> outputGradients,
        SequenceGradients<T> gradients, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Backward(HeadKernels<T>.Current, shape, inputs, tape, outputGradients, gradients, threads);

    internal static void Backward<T>(
        HeadKernels<T> kernels, SequenceShape shape, SequenceInputs<T> inputs, ChunkTape<T> tape,
        ReadOnlySpan<T> outputGradients, SequenceGradients<T> gradients, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        inputs.Check(shape);
        SequenceShape.CheckLength(shape.KeyCount, inputs.Queries.Length, nameof(inputs.Queries));
        SequenceShape.CheckLength(shape.ValueCount, outputGradients.Length, nameof(outputGradients));
        if (tape.Shape != shape || tape.Correct != inputs.Correct)
            throw new ArgumentException(
                $"is of a forward pass over {tape.Shape}, not {shape}, or of another rule", nameof(tape));
        gradients.Check(shape, !inputs.LogGates.IsEmpty, tape.Normalized);
        if (shape.Length == 0 || shape.Memories == 0) return;

        T floor = T.CreateChecked(UpdateRule.KeySumFloor);
        Join(shape, tape, gradients.States, gradients.Normalizers);
        fixed (T* q = inputs.Queries, k = inputs.Keys, v = inputs.Values, b = inputs.Strengths, g = inputs.LogGates)
        fixed (T* states = tape.States, errors = tape.Errors, doutputs = outputGradients, dstates = tape.Joined)
        fixed (T* dq = gradients.Queries, dk = gradients.Keys, dv = gradients.Values)
        fixed (T* db = gradients.Strengths, dg = gradients.LogGates)
        {
            var pass = new BackwardPass<T>(
                kernels, new(shape, inputs.Correct, q, k, v, b, g, null),
                new(shape, inputs.Correct, dq, dk, dv, db, dg, doutputs), tape, floor)
            {
                States = states, Errors = errors, StateGradients = dstates,
            };
            if (threads == 1)
                for (int memory = 0; memory < shape.Memories; memory++) pass.Run(memory);
            else Share(pass, shape.Memories, threads);
        }
        Part(tape.Joined, shape, gradients.States, gradients.Normalizers);
    }

    private static void Share<T>(BackwardPass<T> pass, int memories, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        MemoryShare.Run(memories, threads, pass.Run);

    /// <summary>What every memory of one call needs on the way back.</summary>
    private readonly struct BackwardPass<T>(
        HeadKernels<T> kernels, SequencePointers<T> pointers, SequencePointers<T> places, ChunkTape<T> tape, T floor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public T* States { get; init; }

        public T* Errors { get; init; }

        public T* StateGradients { get; init; }

        /// <summary>Takes one memory back to its first token.</summary>
        public void Run(int memory)
        {
            var shape = tape.Shape;
            nint size = (nint)shape.KeySize * tape.Columns;
            var carry = new ChunkHead<T> { Capacity = tape.Capacity, Chunk = tape.Chunk, Normalized = tape.Normalized };
            HeadSequence<T> place = places.Head(memory);
            var wanted = new HeadGradients<T>
            {
                Outputs = place.Output, Queries = place.Queries, Keys = place.Keys, Values = place.Values,
                Strengths = place.Strengths, LogGates = place.LogGates, State = StateGradients + memory * size,
            };
            T* errors = Errors == null ? null : Errors + (nint)memory * shape.Length * tape.Columns;
            kernels.ChunkBackward(
                pointers.Head(memory), carry, States + (nint)memory * tape.Chunks * size, errors, wanted, floor);
        }
    }

    // [memories, keySize, valueSize] and [memories, keySize] as one array of the tape, with z in the last column
    private static void Join<T>(
        SequenceShape shape, ChunkTape<T> tape, ReadOnlySpan<T> states, ReadOnlySpan<T> normalizers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = tape.Columns, rows = shape.NormalizerCount;
        T[] joined = tape.Join((long)rows * columns);
        if (normalizers.IsEmpty)
        {
            states.CopyTo(joined);
            return;
        }
        for (int row = 0; row < rows; row++)
        {
            states.Slice(row * shape.ValueSize, shape.ValueSize).CopyTo(joined.AsSpan(row * columns));
            joined[row * columns + shape.ValueSize] = normalizers[row];
        }
    }

    private static void Part<T>(T[] joined, SequenceShape shape, Span<T> states, Span<T> normalizers)
        where T : unmanaged
    {
        if (normalizers.IsEmpty)
        {
            joined.AsSpan(0, states.Length).CopyTo(states);
            return;
        }
        int columns = shape.ValueSize + 1;
        for (int row = 0; row < normalizers.Length; row++)
        {
            joined.AsSpan(row * columns, shape.ValueSize).CopyTo(states[(row * shape.ValueSize)..]);
            normalizers[row] = joined[row * columns + shape.ValueSize];
        }
    }
}
