namespace Loci.Editing;

/// <summary>
/// A symmetric positive definite matrix as L·Lᵀ, in float64: factored once, then solved for as many right sides as
/// one likes.
/// </summary>
internal sealed class Cholesky
{
    private const int Tile = 4; // rows and columns of dot products that share what they load

    private readonly double[] _lower; // [size, size], the lower triangle; the rest is unused

    private Cholesky(double[] lower, int size) => (_lower, Size) = (lower, size);

    /// <summary>Rows of the matrix.</summary>
    public int Size { get; }

    /// <summary>The factor, the lower triangle of a square. [size, size]</summary>
    public ReadOnlySpan<double> Lower => _lower;

    /// <summary>A factor that was kept.</summary>
    /// <param name="lower">[size, size]; taken over.</param>
    /// <param name="size">Rows.</param>
    public static Cholesky OfFactor(double[] lower, int size) => new(lower, size);

    /// <summary>Factors a matrix; null where it is not positive definite to working precision.</summary>
    /// <param name="matrix">The lower triangle counts. [size, size]; taken over.</param>
    /// <param name="size">Rows.</param>
    public static Cholesky? TryFactor(double[] matrix, int size)
    {
        for (int first = 0; first < size; first += Tile)
        {
            int columns = Math.Min(Tile, size - first);
            if (!FactorDiagonal(matrix, size, first, columns)) return null;
            for (int row = first + columns; row < size; row++) FinishRow(matrix, size, row, first, columns);
        }
        return new(matrix, size);
    }

    /// <summary>x with L·Lᵀ·x = b, in place.</summary>
    /// <param name="vector">b, then x. [size]</param>
    public void Solve(Span<double> vector)
    {
        SolveLower(vector);
        for (int i = Size - 1; i >= 0; i--)
        {
            double x = vector[i] /= _lower[i * Size + i];
            Vectors.Add(-x, _lower.AsSpan(i * Size, i), vector[..i]);
        }
    }

    /// <summary>x with L·x = b, in place.</summary>
    /// <param name="vector">b, then x. [size]</param>
    public void SolveLower(Span<double> vector)
    {
        for (int i = 0; i < Size; i++)
        {
            double sum = vector[i] - Vectors.Dot(_lower.AsSpan(i * Size, i), vector[..i]);
            vector[i] = sum / _lower[i * Size + i];
        }
    }

    // The small triangle on the diagonal, after what stands to its left is taken off.
    private static bool FactorDiagonal(double[] m, int size, int first, int columns)
    {
        for (int j = first; j < first + columns; j++)
        {
            var row = m.AsSpan(j * size, size);
            double before = row[j], pivot = before - Vectors.Dot(row[..j], row[..j]);
            // What is left of a pivot after cancellation below rounding is noise, not a number to divide by.
            if (!(pivot > size * 1e-16 * Math.Abs(before)) || !double.IsFinite(pivot)) return false;
            row[j] = Math.Sqrt(pivot);
            for (int i = j + 1; i < first + columns; i++)
            {
                var lower = m.AsSpan(i * size, size);
                lower[j] = (lower[j] - Vectors.Dot(lower[..j], row[..j])) / row[j];
            }
        }
        return true;
    }

    private static void FinishRow(double[] m, int size, int row, int first, int columns)
    {
        var lower = m.AsSpan(row * size, size);
        for (int j = first; j < first + columns; j++)
        {
            var other = m.AsSpan(j * size, size);
            lower[j] = (lower[j] - Vectors.Dot(lower[..j], other[..j])) / other[j];
        }
    }
}
