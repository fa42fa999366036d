namespace Loci.Memory.FastWeights;

public sealed unsafe partial class FastWeightMemory
{
    /// <summary>Writes the memory, with options and feature map, to a stream: versioned, checksummed, the same on every
    /// machine. What could be undone is not part of it.</summary>
    /// <param name="stream">Where to.</param>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        FastWeightFile.Write(stream, FastWeightFile.Header.Of(Options), writer =>
        {
            FastWeightFile.WriteNumbers(writer, _state);
            FastWeightFile.WriteNumbers(writer, _normalizer);
        });
    }

    /// <summary>Reads a memory that <see cref="Save"/> wrote. It continues with the bits it would have had.</summary>
    /// <param name="stream">Where from; left behind the memory.</param>
    /// <param name="undoDepth">How many changes can be undone from now on.</param>
    /// <exception cref="InvalidDataException">Not a memory, cut off, damaged anywhere, or of another version: nothing
    /// is loaded.</exception>
    public static FastWeightMemory Load(Stream stream, int undoDepth = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(undoDepth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(undoDepth, FastWeightOptions.MaxUndoDepth);
        ArgumentNullException.ThrowIfNull(stream);
        return FastWeightFile.Read(stream, (header, reader, left) =>
        {
            FastWeightOptions options = header.Options(undoDepth);
            long needed = ((long)options.Features * (options.ValueSize + (options.HasNormalizer ? 1
                : 0))) * sizeof(float);
            if (left != needed) throw new InvalidDataException($"holds {left} bytes of state where {needed} belong");
            var memory = new FastWeightMemory(options);
            FastWeightFile.ReadNumbers(reader, memory._state);
            FastWeightFile.ReadNumbers(reader, memory._normalizer);
            return memory;
        });
    }

    /// <summary>A memory with given contents, such as one head of a model's layer.</summary>
    /// <param name="options">What it is made of.</param>
    /// <param name="state">W transposed, [d_dot, valueSize].</param>
    /// <param name="normalizer">z [d_dot], for the rules that divide by it; else empty.</param>
    /// <exception cref="ArgumentException">A combination that cannot work, a length that does not fit, or a number that
    /// is not finite.</exception>
    public static FastWeightMemory Of(FastWeightOptions options, ReadOnlySpan<float> state,
        ReadOnlySpan<float> normalizer = default)
    {
        var memory = new FastWeightMemory(options);
        Numerics.Require.SameLength(memory._state.Length, state.Length, nameof(state));
        Numerics.Require.SameLength(memory._normalizer.Length, normalizer.Length, nameof(normalizer));
        Numerics.Require.Finite(state, nameof(state));
        Numerics.Require.Finite(normalizer, nameof(normalizer));
        state.CopyTo(memory._state);
        normalizer.CopyTo(memory._normalizer);
        return memory;
    }
}
