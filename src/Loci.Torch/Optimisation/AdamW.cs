using System.Numerics;
using Loci.Torch.Networks;

namespace Loci.Torch.Optimisation;

/// <summary>The constants of AdamW.</summary>
/// <param name="Beta1">Decay of the mean of gradients.</param>
/// <param name="Beta2">Decay of the mean of their squares.</param>
/// <param name="Epsilon">Added to the root.</param>
/// <param name="WeightDecay">Share of a matrix's numbers that one step takes away, times the learning rate.</param>
public readonly record struct AdamWOptions(double Beta1, double Beta2, double Epsilon, double WeightDecay);

/// <summary>
/// Adam with decoupled weight decay (Kingma &amp; Ba 2015; Loshchilov &amp; Hutter 2019) over the flat buffers of a
/// <see cref="ParameterSet"/>: one pass over memory a step. The result does not depend on the number of threads.
/// </summary>
public sealed class AdamW
{
    private const int Piece = 1 << 15; // numbers a thread takes at a time; also what partial sums are made of

    private readonly ParameterSet _parameters;
    private readonly AdamWOptions _options;

    /// <summary>Moments of zero for parameters.</summary>
    public AdamW(ParameterSet parameters, AdamWOptions options)
    {
        (_parameters, _options) = (parameters, options);
        (Means, Squares) = (new float[parameters.Length], new float[parameters.Length]);
    }

    /// <summary>Running means of the gradients.</summary>
    public float[] Means { get; }

    /// <summary>Running means of the gradients' squares.</summary>
    public float[] Squares { get; }

    /// <summary>√(sum of squares of all gradients).</summary>
    public double GradientNorm()
    {
        double[] sums = new double[(_parameters.Length + Piece - 1) / Piece];
        Parallel.For(0, sums.Length, i =>
        {
            double sum = 0;
            foreach (float g in PieceOf(_parameters.Gradients, i)) sum += (double)g * g;
            sums[i] = sum;
        });
        return Math.Sqrt(sums.Sum());
    }

    /// <summary>Changes the parameters by their gradients.</summary>
    /// <param name="step">The number of this step, from 1.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="scale">Factor on the gradients.</param>
    public void Step(long step, double rate, double scale)
    {
        var (beta1, beta2, epsilon, decay) = _options;
        double correction = Math.Sqrt(1 - Math.Pow(beta2, step));
        float size = (float)(rate * correction / (1 - Math.Pow(beta1, step))), small = (float)(epsilon * correction);
        Parallel.For(0, (_parameters.Length + Piece - 1) / Piece, i =>
        {
            // The boundary of what decays lies on a cache line, not on a piece: two calls where it falls within one.
            int start = i * Piece, end = Math.Min(start + Piece, _parameters.Length),
                border = Math.Clamp(_parameters.Decaying, start, end);
            Change(start, border, (float)(1 - rate * decay));
            Change(border, end, 1);
        });

        void Change(int start, int end, float keep)
        {
            Span<float> p = _parameters.Values[start..end], g = _parameters.Gradients[start..end];
            Span<float> m = Means.AsSpan()[start..end], v = Squares.AsSpan()[start..end];
            var (b1, b2, s) = ((float)beta1, (float)beta2, (float)scale);
            // The buffers are cut at multiples of a cache line, so that whole vectors fill them.
            for (int at = 0; at < p.Length; at += Vector<float>.Count)
            {
                var gradient = new Vector<float>(g[at..]) * s;
                var mean = new Vector<float>(m[at..]) * b1 + gradient * (1 - b1);
                var square = new Vector<float>(v[at..]) * b2 + gradient * gradient * (1 - b2);
                mean.CopyTo(m[at..]);
                square.CopyTo(v[at..]);
                var change = mean * size / (Vector.SquareRoot(square) + new Vector<float>(small));
                (new Vector<float>(p[at..]) * keep - change).CopyTo(p[at..]);
            }
        }
    }

    private static Span<float> PieceOf(Span<float> all, int i) =>
        all[(i * Piece)..Math.Min((i + 1) * Piece, all.Length)];
}
