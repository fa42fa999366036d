namespace Loci.Memory.FastWeights;

/// <summary>
/// Singular values by one-sided Jacobi rotations (Hestenes 1958): slow, simple, and accurate for small ones too.
/// </summary>
internal static class SingularValues
{
    private const int MaxSweeps = 60;

    /// <summary>The singular values of a matrix, descending; as many as its smaller side.</summary>
    /// <param name="matrix">[rows, columns]</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    public static double[] Of(ReadOnlySpan<float> matrix, int rows, int columns)
    {
        // The vectors of the smaller side, made orthogonal to each other in pairs until all are.
        bool wide = rows <= columns;
        int count = wide ? rows : columns, size = wide ? columns : rows;
        double[][] vectors = new double[count][];
        for (int i = 0; i < count; i++)
        {
            vectors[i] = new double[size];
            for (int j = 0; j < size; j++) vectors[i][j] = wide ? matrix[i * columns + j] : matrix[j * columns + i];
        }
        bool rotated = true;
        for (int sweep = 0; rotated && sweep < MaxSweeps; sweep++)
        {
            rotated = false;
            for (int i = 0; i < count; i++)
                for (int j = i + 1; j < count; j++) rotated |= Rotate(vectors[i], vectors[j]);
        }
        double[] values = [.. vectors.Select(v => Math.Sqrt(Dot(v, v)))];
        Array.Sort(values);
        Array.Reverse(values);
        return values;
    }

    /// <summary>
    /// exp of the entropy of the shares p (Roy and Vetterli 2007): n for n equal ones, 0 for nothing.
    /// </summary>
    public static double EffectiveRank(ReadOnlySpan<double> values)
    {
        double sum = 0, entropy = 0;
        foreach (double v in values) sum += v;
        if (sum == 0) return 0;
        foreach (double v in values)
            if (v > 0) entropy -= v / sum * Math.Log(v / sum);
        return Math.Exp(entropy);
    }

    private static bool Rotate(double[] a, double[] b)
    {
        double aa = Dot(a, a), bb = Dot(b, b), ab = Dot(a, b);
        if (Math.Abs(ab) <= 1e-14 * Math.Sqrt(aa * bb) || ab == 0) return false;
        double ratio = (bb - aa) / (2 * ab);
        double tangent = Math.CopySign(1, ratio) / (Math.Abs(ratio) + Math.Sqrt(1 + ratio * ratio));
        double cosine = 1 / Math.Sqrt(1 + tangent * tangent), sine = cosine * tangent;
        for (int i = 0; i < a.Length; i++) (a[i], b[i]) = (cosine * a[i] - sine * b[i], sine * a[i] + cosine * b[i]);
        return true;
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
