namespace Loci.Models.Gradients;

/// <summary>Working memory that grows to the largest use it has seen and is then reused.</summary>
internal sealed class GrowingBuffer
{
    private float[] _numbers = [];

    /// <summary>[rows, width], the same memory at every call.</summary>
    public Span<float> Take(int rows, int width) => Workspace.Rent(ref _numbers, rows, width);
}
