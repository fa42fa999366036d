namespace Loci.Studies.Patterns;

/// <summary>
/// Finds the direction of the topics along which a cell's coefficients grow, beyond what the last token explains: least
/// squares on the fitted half's random prefixes, with a little ridge.
/// </summary>
internal sealed class TopicFit
{
    // of a topic's variance: a hundredth, so that a topic nobody speaks of gets no weight
    private const double Ridge = 0.01;

    private readonly double[][] _topics;        // [topics][prefixes] residuals
    private readonly double[,] _factor;         // Cholesky factor of their products. [topics, topics]

    /// <param name="text">What the text is about.</param>
    /// <param name="prefixes">The fitted half's random prefixes.</param>
    /// <param name="beyond">Their residuals.</param>
    public TopicFit(LatentTopics text, Prefix[] prefixes, BeyondLastToken beyond)
    {
        _topics = Residuals(text, prefixes, beyond);
        _factor = Cholesky(_topics);
    }

    /// <summary>Residuals of the topics of some prefixes. [topics][prefixes]</summary>
    public static double[][] Residuals(LatentTopics text, Prefix[] prefixes, BeyondLastToken beyond)
    {
        double[][] of = [.. prefixes.Select(text.Of)];
        return
        [
            .. Enumerable.Range(0, LatentTopics.Count)
                .Select(k => beyond.Residual([.. of.Select(topics => topics[k])])),
        ];
    }

    /// <summary>How much prefixes lie along a direction. [prefixes]</summary>
    public static double[] Score(double[][] topics, double[] direction)
    {
        double[] score = new double[topics[0].Length];
        for (int k = 0; k < direction.Length; k++)
            for (int i = 0; i < score.Length; i++)
                score[i] += direction[k] * topics[k][i];
        return score;
    }

    /// <summary>The direction for the residuals of a cell's coefficients. [topics]</summary>
    public double[] Direction(double[] residual)
    {
        int n = _topics.Length;
        double[] x = new double[n];
        for (int k = 0; k < n; k++)
        {
            for (int i = 0; i < residual.Length; i++) x[k] += _topics[k][i] * residual[i];
            for (int j = 0; j < k; j++) x[k] -= _factor[k, j] * x[j];
            x[k] /= _factor[k, k];
        }
        for (int k = n - 1; k >= 0; k--)
        {
            for (int j = k + 1; j < n; j++) x[k] -= _factor[j, k] * x[j];
            x[k] /= _factor[k, k];
        }
        return x;
    }

    private static double[,] Cholesky(double[][] columns)
    {
        int n = columns.Length;
        double[,] products = new double[n, n], factor = new double[n, n];
        for (int a = 0; a < n; a++)
            for (int b = 0; b <= a; b++)
                for (int i = 0; i < columns[a].Length; i++)
                    products[a, b] += columns[a][i] * columns[b][i];
        double mean = Enumerable.Range(0, n).Average(k => products[k, k]);
        for (int k = 0; k < n; k++) products[k, k] += Ridge * mean + double.Epsilon;
        for (int a = 0; a < n; a++)
            for (int b = 0; b <= a; b++)
            {
                double rest = products[a, b];
                for (int j = 0; j < b; j++) rest -= factor[a, j] * factor[b, j];
                factor[a, b] = a == b ? Math.Sqrt(Math.Max(rest, 1e-300)) : rest / factor[b, b];
            }
        return factor;
    }
}
