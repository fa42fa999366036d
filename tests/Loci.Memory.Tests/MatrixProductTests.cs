using Loci.Memory.Numerics;

namespace Loci.Memory.Tests;

public class MatrixProductTests
{
    [Fact]
    public void Identity_gives_the_input_back()
    {
        var w = PackedMatrix.Pack([1, 0, 0, 1], 2, 2, outputsFirst: true);
        float[] y = new float[4];
        MatrixProduct.Multiply([1, 2, 3, 4], 2, w, [10, 20], y);
        Assert.Equal([11, 22, 13, 24], y);
    }
}
