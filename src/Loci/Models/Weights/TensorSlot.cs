using System.Collections.Immutable;
using Loci.Models.Families;

namespace Loci.Models.Weights;

/// <summary>
/// A tensor that a part of a model wants: what it is to the part, and its shape. Matrices stand as [outputs, inputs].
/// </summary>
/// <param name="Role">What it is.</param>
/// <param name="Layer">The block, or −1 for what belongs to none.</param>
/// <param name="IsBias">True for the bias that goes with the role's weights.</param>
/// <param name="Shape">Lengths, slowest first.</param>
public sealed record TensorSlot(TensorRole Role, int Layer, bool IsBias, ImmutableArray<long> Shape)
{
    /// <summary>A tensor of the model as a whole.</summary>
    internal static TensorSlot OfModel(TensorRole role, params ReadOnlySpan<long> shape) =>
        new(role, -1, false, [.. shape]);

    /// <summary>A tensor of a block.</summary>
    internal static TensorSlot OfBlock(TensorRole role, int layer, params ReadOnlySpan<long> shape) =>
        new(role, layer, false, [.. shape]);

    /// <summary>The bias beside it: one number for each of its outputs.</summary>
    internal TensorSlot Bias => this with { IsBias = true, Shape = [Shape[0]] };

    /// <summary>Its name in Loci's own checkpoints, such as <c>layers.3.feed_forward.keys.weight</c>.</summary>
    public string Name => LociFamily.TensorNames.Of(this);

    /// <summary>Numbers it holds.</summary>
    public int Count => checked((int)Shape.Aggregate(1L, (product, length) => checked(product * length)));

    /// <summary>True for a matrix that a product is taken with; false for vectors, tables and convolutions.</summary>
    public bool IsMatrix => Shape.Length == 2 && Role != TensorRole.Positions;

    /// <inheritdoc/>
    public bool Equals(TensorSlot? other) =>
        other is not null && (Role, Layer, IsBias) == (other.Role, other.Layer, other.IsBias);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Role, Layer, IsBias);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} [{string.Join(", ", Shape)}]";
}
