namespace Loci.Studies.Patterns;

/// <summary>
/// What is left of coefficients, and of what may explain them, once each prefix's last token and its length are known:
/// residuals of the regression on one intercept a token and the logarithm of the position. Every cell reads the last
/// token, with random weights too, so that only what explains something beyond it says anything of a memory.
/// </summary>
/// <remarks>
/// R² is added in the sense of Frisch, Waugh and Lovell: regressing residuals on residuals gives what a regressor
/// explains beyond those taken out, here as a share of the coefficient's whole variance.
/// </remarks>
internal sealed class BeyondLastToken
{
    private readonly double[] _position;        // [prefixes] residual of the logarithm of the position

    /// <param name="text">The text.</param>
    /// <param name="prefixes">The prefixes that all numbers are of.</param>
    public BeyondLastToken(StudyText text, Prefix[] prefixes)
    {
        var numbers = new Dictionary<int, int>();
        Token = [.. prefixes.Select(prefix => text[prefix.Sentence][prefix.Position]).Select(
            token => numbers.TryGetValue(token, out int number) ? number : numbers[token] = numbers.Count)];
        Holders = new int[numbers.Count];
        foreach (int token in Token) Holders[token]++;
        _position = [.. prefixes.Select(prefix => Math.Log(1 + prefix.Position))];
        Centre(_position);
    }

    /// <summary>The last token of every prefix, numbered from 0. [prefixes]</summary>
    public int[] Token { get; }

    /// <summary>How many prefixes end in each of these tokens. [tokens]</summary>
    public int[] Holders { get; }

    /// <summary>What is left of a number of each prefix. [prefixes]</summary>
    public double[] Residual(ReadOnlySpan<double> values)
    {
        double[] left = [.. values];
        Centre(left);
        double slope = Ratio(Dot(left, _position), Dot(_position, _position));
        for (int i = 0; i < left.Length; i++) left[i] -= slope * _position[i];
        return left;
    }

    /// <summary>
    /// Share of the variance of numbers that the last token explains by itself, adjusted for the number of tokens
    /// (Theil 1961); not below 0.
    /// </summary>
    public double LastTokenExplains(ReadOnlySpan<double> values)
    {
        double[] within = [.. values];
        Centre(within);
        double all = Variation(values), rest = values.Length - Holders.Length;
        return all > 0 && rest > 0 ? Math.Max(0, 1 - Dot(within, within) / rest / (all / (values.Length - 1))) : 0;
    }

    /// <summary>
    /// Shares of the variance of numbers that a phrase, a topic, and both explain beyond the last token. What has the
    /// wrong sign, so that the cell fires less where it holds, explains nothing.
    /// </summary>
    /// <param name="values">The numbers.</param>
    /// <param name="phrase">Residual of «the prefix holds a phrase».</param>
    /// <param name="topic">Residual of how much the prefix is about the topic.</param>
    public (double Phrase, double Topic, double Both) Added(ReadOnlySpan<double> values, double[] phrase,
        double[] topic)
    {
        double[] m = Residual(values);
        double all = Variation(values), mp = Dot(m, phrase), mt = Dot(m, topic), pp = Dot(phrase, phrase),
            tt = Dot(topic, topic);
        // Rounding leaves something of a regressor that the last token decides: it is none.
        if (mp <= 0 || pp < 1e-9) (mp, pp) = (0, 0);
        if (mt <= 0 || tt < 1e-9) (mt, tt) = (0, 0);
        if (!(all > 0)) return default;
        double first = Ratio(mp * mp, pp * all), second = Ratio(mt * mt, tt * all), pt = Dot(phrase, topic),
            rest = pp * tt - pt * pt;
        double both = rest > 1e-9 * pp * tt ? (mp * mp * tt + mt * mt * pp - 2 * mp * mt * pt) / rest / all : 0;
        return (first, second, Math.Clamp(Math.Max(both, Math.Max(first, second)), 0, 1));
    }

    /// <summary>Takes each token's mean out.</summary>
    private void Centre(double[] values)
    {
        double[] means = new double[Holders.Length];
        for (int i = 0; i < values.Length; i++) means[Token[i]] += values[i] / Holders[Token[i]];
        for (int i = 0; i < values.Length; i++) values[i] -= means[Token[i]];
    }

    /// <summary>Sum of squares about the mean.</summary>
    public static double Variation(ReadOnlySpan<double> values)
    {
        double mean = 0, sum = 0;
        foreach (double value in values) mean += value / values.Length;
        foreach (double value in values) sum += (value - mean) * (value - mean);
        return sum;
    }

    private static double Ratio(double above, double below) => below > 0 ? above / below : 0;

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
