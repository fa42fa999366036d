namespace Loci.Atlas.Agreement;

/// <summary>
/// P(Z ≥ z) of a standard normal variable, to about 1e−14 relative. It uses nothing but arithmetic that IEEE 754
/// defines to the bit, not the platform's exp, so that the same atlas comes out everywhere.
/// </summary>
internal static class NormalTail
{
    public static double Upper(double z)
    {
        if (double.IsNaN(z)) return double.NaN;
        return z < 0 ? 1 - Positive(-z) : Positive(z);
    }

    private static double Positive(double z)
    {
        if (z > 39) return 0;
        double density = Exp(-z * z / 2) * 0.3989422804014327; // 1/√(2π)
        return z < 2 ? 0.5 - density * Series(z) : density / ContinuedFraction(z);
    }

    /// <summary>z + z³/3 + z⁵/15 + …: (Φ(z) − ½)/φ(z).</summary>
    private static double Series(double z)
    {
        double term = z, sum = z;
        for (int k = 3; term > sum * 1e-17; k += 2) sum += term *= z * z / k;
        return sum;
    }

    /// <summary>z + 1/(z + 2/(z + 3/(z + …))): φ(z)/P(Z ≥ z).</summary>
    private static double ContinuedFraction(double z)
    {
        double tail = z;
        for (int k = 200; k > 0; k--) tail = z + k / tail;
        return tail;
    }

    private static double Exp(double x)
    {
        const double Ln2High = 0.693145751953125, Ln2Low = 1.42860682030941723212e-6;
        double power = Math.Round(x / 0.6931471805599453);
        double r = x - power * Ln2High - power * Ln2Low;
        double term = 1, sum = 1;
        for (int k = 1; k < 18; k++) sum += term *= r / k;
        return Math.ScaleB(sum, (int)power);
    }
}
