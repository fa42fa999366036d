using Loci.Memory.Numerics;
using Loci.Models.Gradients;
using Loci.Models.Weights;

namespace Loci.Models.Blocks;

/// <summary>One way back through the blocks: whose rows, and where gradients of weights go.</summary>
/// <param name="Batch">The tokens.</param>
/// <param name="Workspace">Scratch memory.</param>
/// <param name="Transposes">The matrices, laid out for the way back.</param>
/// <param name="Weights">Where the gradients of weights go, or null.</param>
/// <param name="Threads">Most threads to use.</param>
internal readonly record struct BackwardPass(
    Batch Batch, BackwardWorkspace Workspace, Transposes Transposes, WeightGradients? Weights, int Threads)
{
    /// <summary>dx = dy·Wᵀ.</summary>
    /// <param name="dy">[rows, W's outputs]</param>
    /// <param name="matrix">W.</param>
    /// <param name="dx">Overwritten. [rows, W's inputs]</param>
    public void Multiply(ReadOnlySpan<float> dy, PackedMatrix matrix, Span<float> dx) =>
        MatrixProduct.Multiply(dy, dy.Length / matrix.Outputs, Transposes.Of(matrix), [], dx, Threads);

    /// <summary>Adds dyᵀ·x to the gradient of a matrix and the rows of dy to that of its bias, where wanted.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="bias">Its bias, or null.</param>
    /// <param name="dy">[rows, outputs]</param>
    /// <param name="x">[rows, inputs]</param>
    public void Weigh(MatrixStore matrix, NumbersStore? bias, ReadOnlySpan<float> dy, ReadOnlySpan<float> x)
    {
        if (Weights is null) return;
        var sum = Weights.Of(matrix);
        if (!sum.IsEmpty) Weights.Products.Add(dy, x, Batch.Rows, sum, Threads);
        var biases = Weights.Of(bias);
        if (!biases.IsEmpty) OuterProducts.AddRows(dy, biases);
    }
}
