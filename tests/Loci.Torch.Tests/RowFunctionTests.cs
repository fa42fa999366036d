using Loci.Torch.Autograd;
using Loci.Torch.Networks;
using static TorchSharp.torch;

namespace Loci.Torch.Tests;

/// <summary>Functions that run over rows in blocks, against the same in Torch's operations.</summary>
[Collection(nameof(TorchProcess))]
public class RowFunctionTests
{
    // float32: relative to the largest number, sums of a few hundred in another order
    private const double Tolerance = 1e-5;

    // Around the border of a block, and sizes that are no multiple of a vector.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 5)]
    [InlineData(RowBlocks.Size, 64)]
    [InlineData(2 * RowBlocks.Size + 1, 33)]
    public void Rms_norm_and_its_gradients_are_those_of_Torchs_operations(int rows, int size)
    {
        foreach (var (type, tolerance) in new[] { (ScalarType.Float32, Tolerance), (ScalarType.Float64, 1e-12) })
        {
            using Generator _ = manual_seed(1);
            Tensor x = randn([rows, size], type).requires_grad_(), gain = randn([size], type).requires_grad_(),
                weights = randn([rows, size], type);
            Tensor ours = RmsNorm.Apply(x, gain, 1e-3f), plain = RmsNorm.InOperations(x, gain, 1e-3f);
            AssertNear(plain, ours, tolerance);
            IList<Tensor> actual = autograd.grad([(ours * weights).sum()], [x, gain]),
                expected = autograd.grad([(plain * weights).sum()], [x, gain]);
            AssertNear(expected[0], actual[0], tolerance);
            AssertNear(expected[1], actual[1], tolerance);
        }
    }

    [Fact]
    public void Rms_norm_of_no_rows_is_nothing() =>
    Assert.Equal([0, 4], RmsNorm.Apply(zeros(0, 4), ones(4), 1e-3f).shape);

    [Theory]
    [InlineData(1, 4, 3)]
    [InlineData(2, 1, 8)]
    [InlineData(RowBlocks.Size + 1, 4, 5)]
    [InlineData(2 * RowBlocks.Size + 7, 64, 9)]
    public void Convolution_and_its_gradients_are_those_of_Torchs_operations(int length, int size, int channels)
    {
        using Generator _ = manual_seed(2);
        Tensor x = randn(2, length, channels).requires_grad_(), factors = randn(size, channels).requires_grad_();
        Tensor before = randn(2, size - 1, channels), weights = randn(2, length, channels);
        Tensor ours = new KernelMaths().Convolve(x, factors, before),
            plain = new TorchMaths().Convolve(x, factors, before);
        AssertNear(plain, ours, Tolerance);
        IList<Tensor> actual = autograd.grad([(ours * weights).sum()], [x, factors]);
        IList<Tensor> expected = autograd.grad([(plain * weights).sum()], [x, factors]);
        AssertNear(expected[0], actual[0], Tolerance);
        AssertNear(expected[1], actual[1], Tolerance);
    }

    [Fact]
    public void The_number_of_threads_does_not_show_in_the_bits()
    {
        int threads = get_num_threads();
        try
        {
            float[]? first = null;
            foreach (int count in new[] { 1, 2, 3 })
            {
                set_num_threads(count);
                using Generator _ = manual_seed(3);
                Tensor x = randn(1, 3 * RowBlocks.Size + 5, 12).requires_grad_(), gain = randn(12).requires_grad_(),
                    factors = randn(4, 12).requires_grad_();
                Tensor y = RmsNorm.Apply(new KernelMaths().Convolve(x, factors, zeros(1, 3, 12)), gain, 1e-3f);
                IList<Tensor> gradients = autograd.grad([(y * randn_like(y)).sum()], [x, gain, factors]);
                float[] all = [.. y.detach().flatten().data<float>(),
                    .. gradients.SelectMany(g => g.flatten().data<float>())];
                Assert.Equal(first ??= all, all);
            }
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    private static void AssertNear(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        double largest = expected.abs().max().to(ScalarType.Float64).item<double>();
        double off = (expected - actual).abs().max().to(ScalarType.Float64).item<double>();
        Assert.True(off <= tolerance * largest, $"off by {off:g3}, largest {largest:g3}");
    }
}
