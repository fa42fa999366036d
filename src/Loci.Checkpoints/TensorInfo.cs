using System.Collections.Immutable;

namespace Loci.Checkpoints;

/// <summary>What a checkpoint says about one tensor.</summary>
/// <param name="Name">Its name, as the file spells it.</param>
/// <param name="Type">The type of its numbers.</param>
/// <param name="Shape">Its extents, outermost first; empty for a single number. Row-major.</param>
public sealed record TensorInfo(string Name, TensorType Type, ImmutableArray<long> Shape)
{
    /// <summary>Where its data starts, in bytes from the start of its file.</summary>
    public long Offset { get; init; }

    /// <summary>
    /// How the file packs the numbers, such as «Q4_K», where they are widened to <see cref="Type"/> on reading; else
    /// null.
    /// </summary>
    public string? BlockFormat { get; init; }

    /// <summary>How many numbers it holds.</summary>
    public long Count
    {
        get
        {
            long count = 1;
            foreach (long extent in Shape) count = checked(count * extent);
            return count;
        }
    }

    /// <summary>How many bytes they take as <see cref="Type"/>.</summary>
    public long ByteLength => TensorTypes.TrySize(Type, Shape.AsSpan(), out long bytes)
        ? bytes
        : throw new OverflowException(
            $"tensor {ErrorText.Quote(Name)} {ShapeText} of {Type.Name()} has no size in bytes");

    /// <summary>The shape as people write it, «[2, 3]».</summary>
    internal string ShapeText => $"[{string.Join(", ", Shape)}]";
}
