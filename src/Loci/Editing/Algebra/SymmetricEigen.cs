namespace Loci.Editing;

/// <summary>
/// Eigenvalues and eigenvectors of a symmetric matrix in float64: Householder's reduction to three diagonals, then QL
/// steps with implicit shifts (Bowdler, Martin, Reinsch, Wilkinson 1968). About nine times size³ operations.
/// </summary>
internal sealed class SymmetricEigen
{
    private const int MostSteps = 60;

    private SymmetricEigen(double[] values, double[] vectors) => (Values, Vectors) = (values, vectors);

    /// <summary>Ascending. [size]</summary>
    public double[] Values { get; }

    /// <summary>A row an eigenvector, of length 1, in the order of the values. [size, size]</summary>
    public double[] Vectors { get; }

    /// <summary>Takes a matrix apart.</summary>
    /// <param name="matrix">The lower triangle counts. [size, size]; taken over.</param>
    /// <param name="size">Rows.</param>
    /// <exception cref="LociException">It does not converge: the matrix is not finite.</exception>
    public static SymmetricEigen Of(double[] matrix, int size)
    {
        double[] diagonal = new double[size], below = new double[size];
        double[] scales = new double[size]; // of the reflections: 2/‖u‖²
        Reduce(matrix, size, diagonal, below, scales);
        double[] vectors = Reflections(matrix, size, scales);           // [size, size], columns of Q as rows
        Diagonalize(diagonal, below, vectors, size);
        int[] order = [.. Enumerable.Range(0, size)];
        Array.Sort((double[])diagonal.Clone(), order);
        double[] sorted = new double[vectors.Length];
        for (int i = 0; i < size; i++) vectors.AsSpan(order[i] * size, size).CopyTo(sorted.AsSpan(i * size));
        return new([.. order.Select(i => diagonal[i])], sorted);
    }

    // Row i, from the last up, is reflected onto its last but one place: u is kept where the row stood.
    private static void Reduce(double[] a, int size, double[] diagonal, double[] below, double[] scales)
    {
        double[] p = new double[size];
        for (int i = size - 1; i > 0; i--)
        {
            var u = a.AsSpan(i * size, i);                              // [i]
            diagonal[i] = a[i * size + i];
            double norm = Editing.Vectors.Norm(u);
            double alpha = u[^1] > 0 ? -norm : norm;
            below[i] = alpha;
            double half = norm * norm - alpha * u[^1]; // ‖u′‖²/2 with u′ = u − α·e
            if (half <= 0) continue;
            u[^1] -= alpha;
            scales[i] = 1 / half;
            // A ← (1 − s·u·uᵀ)·A·(1 − s·u·uᵀ) on what is left, its lower triangle alone.
            var product = p.AsSpan(0, i);                               // [i]
            product.Clear();
            for (int r = 0; r < i; r++)
            {
                var row = a.AsSpan(r * size, r);
                product[r] += Editing.Vectors.Dot(row, u[..r]) + a[r * size + r] * u[r];
                Editing.Vectors.Add(u[r], row, product[..r]);
            }
            double shift = scales[i] * scales[i] / 2 * Editing.Vectors.Dot(product, u);
            for (int r = 0; r < i; r++) product[r] = scales[i] * product[r] - shift * u[r];
            for (int r = 0; r < i; r++)
            {
                var row = a.AsSpan(r * size, r + 1);
                Editing.Vectors.Add(-u[r], product[..(r + 1)], row);
                Editing.Vectors.Add(-product[r], u[..(r + 1)], row);
            }
        }
        if (size > 0) diagonal[0] = a[0];
    }

    private static double[] Reflections(double[] a, int size, double[] scales)
    {
        double[] q = new double[a.Length];
        for (int i = 0; i < size; i++) q[i * size + i] = 1;
        // From the smallest up, each reflection touches what the ones before it have made of the leading block.
        for (int i = 1; i < size; i++)
        {
            if (scales[i] == 0) continue;
            var u = a.AsSpan(i * size, i);
            for (int r = 0; r < i; r++)
            {
                var row = q.AsSpan(r * size, i);
                Editing.Vectors.Add(-scales[i] * Editing.Vectors.Dot(row, u), u, row);
            }
        }
        return q;
    }

    // Rows of vectors turn with the columns of the three-diagonal matrix.
    private static void Diagonalize(double[] d, double[] e, double[] vectors, int size)
    {
        for (int i = 1; i < size; i++) e[i - 1] = e[i];
        if (size > 0) e[size - 1] = 0;
        for (int l = 0; l < size; l++)
        {
            for (int step = 0; ; step++)
            {
                int m = l;
                for (; m < size - 1; m++)
                {
                    double near = Math.Abs(d[m]) + Math.Abs(d[m + 1]);
                    if (Math.Abs(e[m]) <= double.Epsilon + 1.2e-16 * near) break;
                }
                if (m == l) break;
                if (step == MostSteps)
                    throw new LociException("The eigenvalues of the statistics do not converge: they are not finite.");
                Step(d, e, vectors, size, l, m);
            }
        }
    }

    private static void Step(double[] d, double[] e, double[] vectors, int size, int l, int m)
    {
        double g = (d[l + 1] - d[l]) / (2 * e[l]), r = Hypotenuse(g, 1);
        g = d[m] - d[l] + e[l] / (g + Math.CopySign(r, g));
        double s = 1, c = 1, p = 0;
        for (int i = m - 1; i >= l; i--)
        {
            double f = s * e[i], b = c * e[i];
            e[i + 1] = r = Hypotenuse(f, g);
            if (r == 0)
            {
                d[i + 1] -= p;
                e[m] = 0;
                return;
            }
            (s, c) = (f / r, g / r);
            g = d[i + 1] - p;
            r = (d[i] - g) * s + 2 * c * b;
            p = s * r;
            d[i + 1] = g + p;
            g = c * r - b;
            Turn(vectors.AsSpan(i * size, size), vectors.AsSpan((i + 1) * size, size), c, s);
        }
        d[l] -= p;
        e[l] = g;
        e[m] = 0;
    }

    private static void Turn(Span<double> low, Span<double> high, double c, double s)
    {
        for (int k = 0; k < low.Length; k++)
            (low[k], high[k]) = (c * low[k] - s * high[k], s * low[k] + c * high[k]);
    }

    private static double Hypotenuse(double a, double b) => Math.Sqrt(a * a + b * b);
}
