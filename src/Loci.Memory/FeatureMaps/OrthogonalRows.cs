namespace Loci.Memory.FeatureMaps;

/// <summary>Random rows, orthogonal to each other within blocks of as many as the space has dimensions.</summary>
internal static class OrthogonalRows
{
    /// <summary>[count, size]; each row alone is a standard normal vector.</summary>
    public static double[] Draw(int count, int size, Random random)
    {
        double[] rows = new double[checked(count * size)];
        for (int row = 0; row < count; row++)
        {
            Span<double> r = rows.AsSpan(row * size, size);
            int block = row - row % size;
            do
            {
                Fill(r, random);
                // Twice: once leaves what rounding lets through.
                for (int pass = 0; pass < 2; pass++)
                    for (int other = block; other < row; other++) TakeOff(r, rows.AsSpan(other * size, size));
            }
            while (!Normalize(r));
        }
        double[] normal = new double[size];
        for (int row = 0; row < count; row++)
        {
            Fill(normal, random);
            double norm = Math.Sqrt(Dot(normal, normal));
            foreach (ref double x in rows.AsSpan(row * size, size)) x *= norm;
        }
        return rows;
    }

    /// <summary>Independent standard normal numbers (Box and Muller).</summary>
    public static void Fill(Span<double> numbers, Random random)
    {
        foreach (ref double x in numbers)
            x = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    private static void TakeOff(Span<double> row, ReadOnlySpan<double> unit)
    {
        double along = Dot(row, unit);
        for (int i = 0; i < row.Length; i++) row[i] -= along * unit[i];
    }

    // False for a draw too close to the rows before it.
    private static bool Normalize(Span<double> row)
    {
        double norm = Math.Sqrt(Dot(row, row));
        if (norm < 1e-6) return false;
        foreach (ref double x in row) x /= norm;
        return true;
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
