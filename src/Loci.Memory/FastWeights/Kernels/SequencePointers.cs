using System.Numerics;

namespace Loci.Memory.FastWeights.Kernels;

/// <summary>The pinned arrays of a batch, from which heads are cut.</summary>
internal unsafe readonly struct SequencePointers<T>(
    SequenceShape shape, bool correct, T* queries, T* keys, T* values, T* strengths, T* logGates, T* output)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The tokens of memory number batch·heads + head.</summary>
    public HeadSequence<T> Head(int memory)
    {
        nint token = (nint)(memory / shape.Heads) * shape.Length * shape.Heads + memory % shape.Heads;
        return new HeadSequence<T>
        {
            Length = shape.Length, KeySize = shape.KeySize, ValueSize = shape.ValueSize, Correct = correct,
            KeyRow = (nint)shape.Heads * shape.KeySize, ValueRow = (nint)shape.Heads * shape.ValueSize,
            ScalarRow = shape.Heads,
            Queries = queries == null ? null : queries + token * shape.KeySize,
            Keys = keys + token * shape.KeySize, Values = values + token * shape.ValueSize,
            Strengths = strengths == null ? null : strengths + token,
            LogGates = logGates == null ? null : logGates + token,
            Output = output == null ? null : output + token * shape.ValueSize,
        };
    }
}
