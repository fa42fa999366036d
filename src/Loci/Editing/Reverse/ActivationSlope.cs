using Loci.Memory.Numerics;

namespace Loci.Editing;

/// <summary>f and its derivative, in float64.</summary>
internal static class ActivationSlope
{
    /// <summary>f(x) and f′(x).</summary>
    public static (double Value, double Slope) Of(Activation activation, double x)
    {
        switch (activation)
        {
            case Activation.Relu:
                return x > 0 ? (x, 1) : (0, 0);
            case Activation.Silu:
                return Logistic(x, 1);
            case Activation.QuickGelu:
                return Logistic(x, 1.702);
            case Activation.GeluTanh:
            {
                double c = Math.Sqrt(2 / Math.PI), u = c * (x + 0.044715 * x * x * x), tanh = Math.Tanh(u);
                double inner = c * (1 + 3 * 0.044715 * x * x);
                return (0.5 * x * (1 + tanh), 0.5 * (1 + tanh) + 0.5 * x * (1 - tanh * tanh) * inner);
            }
            case Activation.Gelu:
            {
                double phi = Phi(x), density = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
                return (x * phi, phi + x * density);
            }
            default:
                throw new UnsupportedException($"The activation {activation} has no derivative here.");
        }
    }

    private static (double, double) Logistic(double x, double steepness)
    {
        double s = 1 / (1 + Math.Exp(-steepness * x));
        return (x * s, s + steepness * x * s * (1 - s));
    }

    // The normal distribution by W. J. Cody's idea in its plainest form: a series near 0, a continued fraction beyond.
    private static double Phi(double x)
    {
        double z = Math.Abs(x);
        if (z < 3)
        {
            double term = z, sum = z;
            for (int n = 1; n < 100 && Math.Abs(term) > 1e-17 * sum; n++) sum += term *= z * z / (2 * n + 1);
            double half = sum * Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
            return x < 0 ? 0.5 - half : 0.5 + half;
        }
        double fraction = z;
        for (int n = 60; n > 0; n--) fraction = z + n / fraction;
        double tail = Math.Exp(-z * z / 2) / (Math.Sqrt(2 * Math.PI) * fraction);
        return x < 0 ? tail : 1 - tail;
    }
}
