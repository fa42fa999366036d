namespace Loci.Atlas.Agreement;

/// <summary>
/// How many cells of a layer would agree if the keys were paired with the values at random: the distribution of
/// X = #{i : u_i = w_π(i)} over all permutations π, where u_i is the token value i predicts and w_i the token its top
/// trigger asks for. With A_t = #{u_i = t}, B_t = #{w_i = t} and S = Σ A_t B_t the mean is S/n and the variance
/// [S − ΣA_tB_t²/n − ΣA_t²B_t/n + S²/n²]/(n−1).
/// </summary>
internal sealed class PermutationNull
{
    /// <summary>Below this mean the exact tail is used; from it on the normal one.</summary>
    public const double ExactBelow = 5;

    private readonly List<(int A, int B)> _tokens = [];
    private readonly int _n;

    /// <param name="predicted">u, the token each value predicts.</param>
    /// <param name="asked">w, the token each top trigger asks for, of the same length.</param>
    public PermutationNull(ReadOnlySpan<int> predicted, ReadOnlySpan<int> asked)
    {
        if (predicted.Length != asked.Length)
            throw new ArgumentException($"{asked.Length} tokens for {predicted.Length} predictions", nameof(asked));
        _n = predicted.Length;
        var counts = new SortedDictionary<int, (int A, int B)>();
        foreach (int token in predicted) counts[token] = (counts.GetValueOrDefault(token).A + 1, 0);
        foreach (int token in asked)
            if (counts.TryGetValue(token, out var count)) counts[token] = (count.A, count.B + 1);
        double s = 0, ab2 = 0, a2b = 0; // whole numbers below 2^53 for any layer of fewer than 200,000 cells
        foreach (var (a, b) in counts.Values)
        {
            if (b == 0) continue;
            _tokens.Add((a, b));
            s += (double)a * b;
            ab2 += (double)a * b * b;
            a2b += (double)a * a * b;
        }
        if (_n == 0) return;
        Mean = s / _n;
        if (_n > 1) Variance = Math.Max(0, (s - ab2 / _n - a2b / _n + Mean * Mean) / (_n - 1));
    }

    /// <summary>E X; 0 for an empty layer.</summary>
    public double Mean { get; }

    /// <summary>Var X; 0 where every permutation gives the same count.</summary>
    public double Variance { get; }

    /// <summary>Standard deviations above the mean; null where the variance is 0.</summary>
    public double? Z(int observed) => Variance > 0 ? (observed - Mean) / Math.Sqrt(Variance) : null;

    /// <summary>
    /// One-sided mid-p, P(X &gt; observed) + ½ P(X = observed): exact where the mean is below
    /// <see cref="ExactBelow"/>, normal otherwise.
    /// </summary>
    public double MidP(int observed)
    {
        if (Mean < ExactBelow) return (AtLeast(observed) + AtLeast(observed + 1)) / 2;
        return Z(observed) is { } z ? NormalTail.Upper(z) : 0.5;
    }

    /// <summary>
    /// P(X ≥ k) = Σ_{j≥k} (−1)^{j−k} C(j−1, k−1) b_j with the binomial moments b_j = E C(X, j). C(X, j) counts ways to
    /// put j rooks that do not attack each other on matching fields, so Σ_j b_j (n)_j xʲ is a product over tokens of
    /// the rook polynomials of A_t × B_t boards, Σ_j C(A,j) C(B,j) j! xʲ. The sum alternates; its terms stay below
    /// e^{2·mean}, which for the small means it is meant for costs a few digits and no more.
    /// </summary>
    internal double AtLeast(int k)
    {
        if (k <= 0) return 1;
        if (k > _n) return 0;
        var b = BinomialMoments(Math.Min(_n, k + 80));
        double sum = 0, choose = 1;
        for (int j = k; j < b.Length; j++)
        {
            sum += ((j - k) % 2 == 0 ? choose : -choose) * b[j];
            choose *= j / (double)(j - k + 1); // C(j, k−1) from C(j−1, k−1)
        }
        return Math.Clamp(sum, 0, 1);
    }

    private double[] BinomialMoments(int last)
    {
        // Fields are weighted by 1/n to stay in range: r_j = b_j (n)_j / nʲ. // [0..last]
        var r = new double[last + 1];
        r[0] = 1;
        int degree = 0;
        foreach (var (a, b) in _tokens)
        {
            int most = Math.Min(Math.Min(a, b), last);
            degree = Math.Min(last, degree + most);
            for (int j = degree; j >= 0; j--)
            {
                double sum = r[j], rooks = 1;
                for (int i = 1; i <= Math.Min(most, j); i++)
                {
                    rooks *= (a - i + 1) * (double)(b - i + 1) / ((double)i * _n);
                    sum += rooks * r[j - i];
                }
                r[j] = sum;
            }
        }
        double falling = 1;
        for (int j = 1; j <= last; j++)
        {
            falling *= _n / (double)(_n - j + 1);
            r[j] *= falling;
        }
        return r;
    }
}
