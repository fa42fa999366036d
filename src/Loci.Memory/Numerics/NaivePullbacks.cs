namespace Loci.Memory.Numerics;

/// <summary>
/// The naive reference, in float64, of <see cref="NormPullbacks"/> and <see cref="Activations.Slope"/>. Tests use it,
/// and nothing else.
/// </summary>
internal static class NaivePullbacks
{
    /// <summary>A norm of one row. [width]</summary>
    public static double[] Norm(bool centred, double[] x, double[] gain, double epsilon)
    {
        double[] normed = Normed(centred, x, epsilon, out _);
        return [.. normed.Select((n, i) => gain[i] * n)];
    }

    /// <summary>The gradients of the row and of the gain. [width]</summary>
    public static (double[] Dx, double[] DGain) NormBack(
        bool centred, double[] x, double[] gain, double epsilon, double[] dy)
    {
        double[] normed = Normed(centred, x, epsilon, out double scale);
        double mean = centred ? dy.Select((d, i) => d * gain[i]).Average() : 0;
        double along = dy.Select((d, i) => d * gain[i] * normed[i]).Average();
        return (
            [.. dy.Select((d, i) => (d * gain[i] - mean - normed[i] * along) * scale)],
            [.. dy.Select((d, i) => d * normed[i])]);
    }

    /// <summary>f′(x).</summary>
    public static double Slope(Activation kind, double x)
    {
        double tanh = Math.Tanh(Inner(x));
        return kind switch
        {
            Activation.Relu => x > 0 ? 1 : 0,
            Activation.Gelu => Phi(x) + x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI),
            Activation.GeluTanh => 0.5 * (1 + tanh)
                + 0.5 * x * (1 - tanh * tanh) * Math.Sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x),
            Activation.Silu => Sigmoid(x) + x * Sigmoid(x) * Sigmoid(-x),
            Activation.SquaredRelu => 2 * Math.Max(x, 0),
            _ => Sigmoid(1.702 * x) + 1.702 * x * Sigmoid(1.702 * x) * Sigmoid(-1.702 * x),
        };
    }

    private static double[] Normed(bool centred, double[] x, double epsilon, out double scale)
    {
        double mean = centred ? x.Average() : 0;
        double inverse = scale = 1 / Math.Sqrt(x.Average(v => (v - mean) * (v - mean)) + epsilon);
        return [.. x.Select(v => (v - mean) * inverse)];
    }

    private static double Inner(double x) => Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    // ½ + φ(x)·(x + x³/3 + x⁵/15 + …), all terms of one sign
    private static double Phi(double x)
    {
        if (Math.Abs(x) > 7) return x > 0 ? 1 : 0; // 1e-12 at most
        double term = x, sum = x;
        for (int n = 3; n < 400; n += 2) sum += term *= x * x / n;
        return 0.5 + sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
    }
}
