namespace Loci.Studies.Statistics;

/// <summary>Quantiles of Student's t.</summary>
internal static class StudentT
{
    private const double Z = 1.959963984540054;     // Φ⁻¹(0.975)

    /// <summary>
    /// The 97.5th percentile: within 0.01 from two degrees of freedom, within 0.0001 from eight (Abramowitz and Stegun
    /// 1964, 26.7.5; exact for one and two).
    /// </summary>
    /// <param name="freedom">Degrees of freedom, 1 or more; need not be whole.</param>
    public static double Percentile975(double freedom)
    {
        if (freedom <= 1) return 12.706204736174698;
        // Two degrees of freedom have a closed form; between one and two the larger serves.
        if (freedom < 2) return 12.706204736174698;
        if (freedom == 2) return 4.302652729911275;
        double z = Z, z3 = z * z * z, z5 = z3 * z * z, z7 = z5 * z * z, z9 = z7 * z * z, v = freedom;
        double t = z + (z3 + z) / (4 * v) + (5 * z5 + 16 * z3 + 3 * z) / (96 * v * v)
            + (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * v * v * v)
            + (79 * z9 + 776 * z7 + 1482 * z5 - 1920 * z3 - 945 * z) / (92160 * v * v * v * v);
        return Math.Min(t, 4.302652729911275);
    }
}
