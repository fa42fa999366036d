using static System.MathF;

namespace Loci.Memory.Numerics;

/// <summary>
/// The naive reference of activations, exponentials, softmax and norms: one number at a time, in plain loops. The fast
/// paths must give these bits. Tests use it, and nothing else.
/// </summary>
internal static class NaiveNumerics
{
    public static float Activate(Activation kind, float x) => kind switch
    {
        Activation.Relu => x <= 0 ? 0 : x,
        Activation.Gelu => Gelu(x),
        Activation.GeluTanh => GeluTanh(x),
        Activation.Silu => Silu(x),
        Activation.QuickGelu => QuickGelu(x),
        Activation.SquaredRelu => x <= 0 ? 0 : x * x,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>For x ≤ 0.</summary>
    public static float Exp(float x) => Raised(x < Exponential.Lowest ? Exponential.Lowest : x, 0) * Exponential.Lower;

    public static float Tanh(float x)
    {
        float a = Abs(x);
        if (a > 10) a = 10;
        float r = Reduce(a + a, out int n);
        float m = FusedMultiplyAdd(Power(n), Minus1(r), Power(n) - 1);
        return CopySign(m / (m + 2), x);
    }

    public static float SoftCap(float x, float cap) => cap * Tanh(x / cap);

    public static float Lanes(int count, Func<int, float, float> addTo)
    {
        float[] lanes = new float[32];
        for (int i = 0; i < count; i++) lanes[i % 32] = addTo(i, lanes[i % 32]);
        for (int step = 16; step > 0; step /= 2)
            for (int l = 0; l < step; l++)
                lanes[l] += lanes[l + step];
        return lanes[0];
    }

    public static float[] Softmax(float[] x)
    {
        float max = x.Max();
        float[] e = [.. x.Select(v => Exp(v - max))];
        float sum = Lanes(e.Length, (i, lane) => lane + e[i]);
        return [.. e.Select(v => v / sum)];
    }

    private static float Reduce(float x, out int n)
    {
        float shifted = FusedMultiplyAdd(x, Exponential.LogTwoOfE, Exponential.Rounder);
        float whole = shifted - Exponential.Rounder;
        n = float.IsNaN(x) ? 0 : (int)whole;
        return FusedMultiplyAdd(whole, -Exponential.LogTwoLow, FusedMultiplyAdd(whole, -Exponential.LogTwoHigh, x));
    }

    private static float Minus1(float r)
    {
        float q = FusedMultiplyAdd(Exponential.Q4, r, Exponential.Q3);
        q = FusedMultiplyAdd(q, r, Exponential.Q2);
        q = FusedMultiplyAdd(q, r, Exponential.Q1);
        q = FusedMultiplyAdd(q, r, Exponential.Q0);
        return FusedMultiplyAdd(r * r, q, r);
    }

    private static float Power(int n) => BitConverter.Int32BitsToSingle((n + 127) << 23);

    private static float Raised(float x, float rest)
    {
        float r = Reduce(x, out int n) + rest;
        return (1 + Minus1(r)) * Power(n + 64);
    }

    private static float Silu(float x)
    {
        if (x < SiluFunction.Lowest) x = SiluFunction.Lowest;
        return TimesSigmoid(x, x > -SiluFunction.Lowest ? -SiluFunction.Lowest : x, 0);
    }

    private static float QuickGelu(float x)
    {
        if (x < QuickGeluFunction.Lowest) x = QuickGeluFunction.Lowest;
        float c = x > -QuickGeluFunction.Lowest ? -QuickGeluFunction.Lowest : x, z = QuickGeluFunction.SlopeHigh * c;
        float rest = FusedMultiplyAdd(QuickGeluFunction.SlopeHigh, c, -z);
        return TimesSigmoid(x, z, FusedMultiplyAdd(QuickGeluFunction.SlopeLow, c, rest));
    }

    private static float GeluTanh(float x)
    {
        const float C1 = GeluTanhFunction.C1High, C3 = GeluTanhFunction.C3High;
        if (x < GeluTanhFunction.Lowest) x = GeluTanhFunction.Lowest;
        float c = x > -GeluTanhFunction.Lowest ? -GeluTanhFunction.Lowest : x;
        float square = c * c, squareRest = FusedMultiplyAdd(c, c, -square);
        float cubic = C3 * square, cubicRest = FusedMultiplyAdd(C3, square, -cubic);
        cubicRest = FusedMultiplyAdd(GeluTanhFunction.C3Low, square, cubicRest);
        cubicRest = FusedMultiplyAdd(C3, squareRest, cubicRest);
        float w = C1 + cubic, back = w - C1;
        float wRest = (C1 - (w - back)) + (cubic - back) + (cubicRest + GeluTanhFunction.C1Low);
        float z = c * w;
        return TimesSigmoid(x, z, FusedMultiplyAdd(c, wRest, FusedMultiplyAdd(c, w, -z)));
    }

    private static float Gelu(float x)
    {
        float a = Abs(x);
        if (a > GeluFunction.Highest) a = GeluFunction.Highest;
        float square = a * a, rest = FusedMultiplyAdd(a, a, -square);
        float density = Raised(-0.5f * square, -0.5f * rest);
        float inverse = 1 / (a + 4), t = (a - 4) * inverse, g = GeluFunction.Tail[9];
        t = FusedMultiplyAdd(inverse, FusedMultiplyAdd(t, -a, FusedMultiplyAdd(t + 1, -4, a)), t);
        for (int i = 8; i >= 0; i--) g = FusedMultiplyAdd(g, t, GeluFunction.Tail[i]);
        float tail = g * inverse * density;
        return x < 0 ? -a * tail * Exponential.Lower : x * (1 - tail * Exponential.Lower);
    }

    private static float TimesSigmoid(float x, float z, float rest)
    {
        float raised = Raised(-Abs(z), float.IsNegative(x) ? rest : -rest);
        float quotient = x * (x < 0 ? raised : 1) / FusedMultiplyAdd(raised, Exponential.Lower, 1);
        return quotient * (x < 0 ? Exponential.Lower : 1);
    }
}
