using Loci.Models.Gradients;

namespace Loci.Models.Blocks;

/// <summary>Gradients inside a fast-weight layer, named after what they are of.</summary>
internal sealed class FastWeightGradients
{
    public GrowingBuffer Queries { get; } = new();

    public GrowingBuffer Keys { get; } = new();

    public GrowingBuffer Values { get; } = new();

    public GrowingBuffer Reads { get; } = new();

    public GrowingBuffer Strengths { get; } = new();

    public GrowingBuffer LogGates { get; } = new();

    /// <summary>Of the memories: zero behind the last token, of no use before the first.</summary>
    public GrowingBuffer States { get; } = new();

    public GrowingBuffer KeySums { get; } = new();

    /// <summary>Of queries, keys and values behind the convolution.</summary>
    public GrowingBuffer Convolved { get; } = new();

    /// <summary>z before every token, where a rule divides writes by it.</summary>
    public GrowingBuffer SumsBefore { get; } = new();
}
