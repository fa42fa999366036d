using System.Numerics;
using Loci.Memory.FastWeights;

namespace Loci.Memory.Tests.FastWeights;

/// <summary>The inputs of one head, and what <see cref="NaiveRecurrence"/> makes of them in float64.</summary>
internal sealed class PlainRecurrence(int length, int keySize, int valueSize)
{
    public double[] Q = new double[length * keySize], K = new double[length * keySize],
        V = new double[length * valueSize];
    public double[] Beta = new double[length], G = new double[length];
    public double[] S0 = new double[keySize * valueSize], Z0 = new double[keySize];
    public bool Correct, Normalized;

    public double[] Output = new double[length * valueSize], S = [], Z = [];

    public PlainRecurrence Run()
    {
        S = [.. S0];
        Z = [.. Z0];
        NaiveRecurrence.Run<double>(
            new(1, length, 1, keySize, valueSize),
            new() { Queries = Q, Keys = K, Values = V, Strengths = Beta, LogGates = G, Correct = Correct },
            S, Normalized ? Z : [], Output);
        return this;
    }

    /// <summary>
    /// Keys of a kind that the kernels must bear: unit length, strongly correlated, all the same, features of DPFP.
    /// </summary>
    public static PlainRecurrence Random(
        int seed, int length, int keySize, int valueSize, bool correct, string keys = "unit", string gates = "none",
        double strongest = 1)
    {
        var random = new Random(seed);
        var r = new PlainRecurrence(length, keySize, valueSize) { Correct = correct };
        double[] common = Normal(random, keySize), only = Normal(random, keySize);
        for (int t = 0; t < length; t++)
        {
            Row(r.Q, t);
            Row(r.K, t);
            if (keys == "same") Unit(only).CopyTo(r.K, t * keySize);
            r.Beta[t] = strongest / (1 + Math.Exp(-2 * Gauss(random)));
            r.G[t] = gates switch
            {
                "soft" => -Math.Log(1 + Math.Exp(-(Gauss(random) + 3))),
                "hard" => random.NextDouble() < 0.1 ? -20 : 0,
                _ => 0,
            };
        }
        Normal(random, r.V.Length).CopyTo(r.V, 0);
        Normal(random, r.S0.Length).Select(x => 0.5 * x).ToArray().CopyTo(r.S0, 0);
        for (int i = 0; i < keySize; i++) r.Z0[i] = random.NextDouble();
        return r;

        void Row(double[] rows, int t)
        {
            double[] x = Normal(random, keySize);
            for (int i = 0; i < keySize; i++)
            {
                if (keys == "correlated") x[i] += 3 * common[i];
                if (keys == "sparse") x[i] = random.Next(4) == 0 ? Math.Abs(x[i]) : 0;
                if (keys == "positive") x[i] = Math.Abs(x[i]);
            }
            Unit(x).CopyTo(rows, t * keySize);
        }
    }

    public static double Gauss(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    public static double[] Normal(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Gauss(random))];

    /// <summary>RMS(a − b) / RMS(b).</summary>
    public static double RelativeError<T>(ReadOnlySpan<T> a, ReadOnlySpan<double> b) where T : INumber<T>
    {
        Assert.Equal(b.Length, a.Length);
        double difference = 0, size = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double x = double.CreateChecked(a[i]);
            if (!double.IsFinite(x)) return double.NaN;
            difference += (x - b[i]) * (x - b[i]);
            size += b[i] * b[i];
        }
        return difference == 0 ? 0 : Math.Sqrt(difference / Math.Max(size, 1e-300));
    }

    public static T[] To<T>(double[] x) where T : INumber<T> => [.. x.Select(T.CreateChecked)];

    private static double[] Unit(double[] x)
    {
        double norm = Math.Sqrt(x.Sum(a => a * a));
        return norm == 0 ? x : [.. x.Select(a => a / norm)];
    }
}
