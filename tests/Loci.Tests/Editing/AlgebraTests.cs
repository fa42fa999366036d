using CsCheck;
using Loci.Editing;

namespace Loci.Tests.Editing;

/// <summary>The float64 algebra beneath edits, against plain loops.</summary>
public class AlgebraTests
{
    /// <summary>
    /// Rounding of sums of a few hundred products of numbers below 1, times the condition of the case.
    /// </summary>
    private const double Rounding = 1e-9;

    [Fact]
    public void Moments_are_those_of_the_plain_loop_bit_for_bit() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[1, 3], Gen.Int).Sample((rows, columns, threads, seed) =>
        {
            var random = new Random(seed);
            double[] x = Numbers(random, rows * columns);
            int stride = MomentKernel.Stride(columns);
            double[] naive = new double[stride * stride], fast = new double[stride * stride];
            MomentKernel.AddNaive(x, rows, columns, naive);
            MomentKernel.Add(x, rows, columns, fast, threads);
            for (int i = 0; i < columns; i++)
                for (int j = 0; j <= i; j++) Assert.Equal(naive[i * stride + j], fast[i * stride + j]);
        }, iter: 60);

    [Fact]
    public void A_factored_matrix_solves_its_equations() =>
        Gen.Select(Gen.Int[1, 50], Gen.Int).Sample((size, seed) =>
        {
            var random = new Random(seed);
            double[] matrix = Positive(random, size), x = Numbers(random, size);
            double[] b = LayerKeys.Retrieve(matrix, x);
            var factor = Cholesky.TryFactor([.. matrix], size)!;
            factor.Solve(b);
            for (int i = 0; i < size; i++) Assert.Equal(x[i], b[i], Rounding);
        }, iter: 60);

    [Fact]
    public void What_is_not_positive_definite_is_not_factored()
    {
        Assert.Null(Cholesky.TryFactor([1, 0, 2, 1], 2));               // eigenvalues 3 and -1
        Assert.Null(Cholesky.TryFactor([1, 0, 1, 1], 2));               // singular
        Assert.Null(Cholesky.TryFactor([double.NaN], 1));
    }

    [Fact]
    public void Eigenvectors_make_the_matrix_again() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int).Sample((size, seed) =>
        {
            var random = new Random(seed);
            double[] matrix = Positive(random, size);
            if (seed % 3 == 0 && size > 2) // a silent cell: a row of zeros
                for (int i = 0; i < size; i++) matrix[i * size] = matrix[i] = 0;
            var eigen = SymmetricEigen.Of([.. matrix], size);
            Assert.Equal(eigen.Values.Order(), eigen.Values);
            for (int i = 0; i < size; i++)
                for (int j = 0; j < size; j++)
                {
                    double sum = 0, dot = 0;
                    for (int k = 0; k < size; k++)
                    {
                        sum += eigen.Values[k] * eigen.Vectors[k * size + i] * eigen.Vectors[k * size + j];
                        dot += eigen.Vectors[i * size + k] * eigen.Vectors[j * size + k];
                    }
                    Assert.Equal(matrix[i * size + j], sum, Rounding);
                    Assert.Equal(i == j ? 1 : 0, dot, Rounding);
                }
        }, iter: 40);

    [Fact]
    public void A_long_matrix_is_taken_apart()
    {
        var random = new Random(5);
        double[] matrix = Positive(random, 200);
        var eigen = SymmetricEigen.Of([.. matrix], 200);
        Assert.Equal(Enumerable.Range(0, 200).Sum(i => matrix[i * 201]), eigen.Values.Sum(), 1e-8);
    }

    internal static double[] Numbers(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() - 0.5)];

    /// <summary>XᵀX of more rows than columns, and a little on the diagonal.</summary>
    internal static double[] Positive(Random random, int size)
    {
        double[] matrix = new double[size * size];
        for (int row = 0; row < 2 * size + 4; row++)
        {
            double[] x = Numbers(random, size);
            for (int i = 0; i < size; i++)
                for (int j = 0; j < size; j++) matrix[i * size + j] += x[i] * x[j];
        }
        for (int i = 0; i < size; i++) matrix[i * size + i] += 0.1;
        return matrix;
    }
}
