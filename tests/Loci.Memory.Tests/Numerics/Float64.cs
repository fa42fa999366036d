using Loci.Memory.Numerics;

namespace Loci.Memory.Tests.Numerics;

/// <summary>The same functions in float64, by other formulas.</summary>
internal static class Float64
{
    public static double Activate(Activation kind, double x) => kind switch
    {
        Activation.Relu => Math.Max(x, 0),
        Activation.Gelu => x * NormalDistribution(x),
        Activation.GeluTanh => x * Sigmoid(2 * Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)),
        Activation.Silu => x * Sigmoid(x),
        Activation.QuickGelu => x * Sigmoid(1.702 * x),
        Activation.SquaredRelu => x <= 0 ? 0 : x * x > float.MaxValue ? double.PositiveInfinity : x * x,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    public static double Sigmoid(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    /// <summary>Φ(x), by its power series near 0 and Laplace's continued fraction beyond 3.</summary>
    public static double NormalDistribution(double x)
    {
        double a = Math.Abs(x), density = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
        if (a > 40) return x < 0 ? 0 : 1;
        if (a > 3)
        {
            double fraction = a;
            for (int k = 200; k >= 1; k--) fraction = a + k / fraction;
            return x < 0 ? density / fraction : 1 - density / fraction;
        }
        // Φ(x) = ½ + density·(x + x³/3 + x⁵/15 + …)
        double term = a, sum = a;
        for (int k = 3; k < 200; k += 2) sum += term *= a * a / k;
        return x < 0 ? 0.5 - density * sum : 0.5 + density * sum;
    }
}
