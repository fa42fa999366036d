namespace Loci.Memory.Numerics;

/// <summary>
/// Logarithm, exponential, sine and cosine in float64 from correctly rounded operations alone. Those of the runtime
/// come from the platform's C library and may differ in the last bit, which would show in tables rounded to float32.
/// Absolute error about 1e-15 (of the result for Exp and Log).
/// </summary>
internal static class DoubleMath
{
    private const double LogTwoHigh = 0.6931471805599453, LogTwoLow = 2.3190468138462996e-17;

    /// <summary>ln x for normal, positive, finite x.</summary>
    public static double Log(double x)
    {
        // x = 2ⁿ·m with m in [√½, √2); ln m = 2 artanh s, s = (m − 1)/(m + 1), |s| ≤ 0.172
        long bits = BitConverter.DoubleToInt64Bits(x);
        int n = (int)(bits >> 52) - 1023;
        double m = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000);
        if (m > 1.4142135623730951) (m, n) = (m / 2, n + 1);
        double s = (m - 1) / (m + 1), square = s * s, series = 0;
        for (int k = 23; k >= 3; k -= 2) series = Math.FusedMultiplyAdd(series, square, 1.0 / k);
        double logarithm = 2 * Math.FusedMultiplyAdd(s * square, series, s);
        return Math.FusedMultiplyAdd(n, LogTwoHigh, Math.FusedMultiplyAdd(n, LogTwoLow, logarithm));
    }

    /// <summary>exp x for |x| ≤ 700.</summary>
    public static double Exp(double x)
    {
        double n = Math.Round(x * 1.4426950408889634);
        double r = Math.FusedMultiplyAdd(-n, LogTwoLow, Math.FusedMultiplyAdd(-n, LogTwoHigh, x));
        double sum = 1;
        for (int k = 14; k >= 1; k--) sum = Math.FusedMultiplyAdd(sum, r / k, 1);
        return sum * BitConverter.Int64BitsToDouble(((long)n + 1023) << 52);
    }

    /// <summary>sin x and cos x for |x| up to 2³¹.</summary>
    public static (double Sin, double Cos) SinCos(double x)
    {
        // x = n·π/2 + r, |r| ≤ π/4, with π/2 in three parts of which the products with n cancel without rounding error
        // that matters: n·P1 and n·P2 are taken off by fused multiply-adds.
        const double P1 = 1.5707963267948966, P2 = 6.123233995736766e-17, P3 = -1.4973849048591698e-33;
        double n = Math.Round(x * 0.6366197723675814);
        double r = Math.FusedMultiplyAdd(-n, P1, x);
        r = Math.FusedMultiplyAdd(-n, P3, Math.FusedMultiplyAdd(-n, P2, r));
        double square = r * r, sin = 0, cos = 0;
        for (int k = 19; k >= 3; k -= 2) sin = (1 - sin) * (square / (k * (k - 1)));
        for (int k = 20; k >= 2; k -= 2) cos = (1 - cos) * (square / (k * (k - 1)));
        (sin, cos) = (r * (1 - sin), 1 - cos);
        return ((long)n & 3) switch
        {
            0 => (sin, cos),
            1 => (cos, -sin),
            2 => (-sin, -cos),
            _ => (-cos, sin),
        };
    }
}
