namespace Loci.Memory.Attention;

/// <summary>
/// The naive reference of <see cref="CausalAttention.Pullback"/>: attention of one head and its chain rule in float64,
/// a number at a time. Tests use it, and nothing else.
/// </summary>
/// <param name="shape">Scale, soft cap, window and head size; of one head.</param>
/// <param name="slope">What its scores lose with distance.</param>
internal sealed class NaiveAttentionPullback(AttentionShape shape, float slope = 0)
{
    /// <summary>What the head reads. [count, head size]</summary>
    public double[] Read(double[] q, double[] k, double[] v)
    {
        int size = shape.HeadSize, count = q.Length / size;
        double[] o = new double[q.Length];
        for (int t = 0; t < count; t++)
        {
            double[] p = Pattern(q, k, t, out _);
            for (int j = 0; j <= t; j++)
                for (int d = 0; d < size; d++) o[t * size + d] += p[j] * v[j * size + d];
        }
        return o;
    }

    /// <summary>The gradients of queries, keys and values. [count, head size]</summary>
    public (double[] Dq, double[] Dk, double[] Dv) Back(double[] q, double[] k, double[] v, double[] dOutput)
    {
        int size = shape.HeadSize, count = q.Length / size;
        double[] dq = new double[q.Length], dk = new double[q.Length], dv = new double[q.Length];
        for (int t = 0; t < count; t++)
        {
            double[] p = Pattern(q, k, t, out double[] scores), dp = new double[t + 1];
            double along = 0;
            for (int j = 0; j <= t; j++)
            {
                for (int d = 0; d < size; d++)
                {
                    dp[j] += dOutput[t * size + d] * v[j * size + d];
                    dv[j * size + d] += p[j] * dOutput[t * size + d];
                }
                along += p[j] * dp[j];
            }
            for (int j = 0; j <= t; j++)
            {
                if (p[j] == 0) continue;
                double tanh = shape.SoftCap > 0 ? scores[j] / shape.SoftCap : 0;
                double ds = p[j] * (dp[j] - along) * (1 - tanh * tanh) * shape.Scale;
                for (int d = 0; d < size; d++)
                {
                    dq[t * size + d] += ds * k[j * size + d];
                    dk[j * size + d] += ds * q[t * size + d];
                }
            }
        }
        return (dq, dk, dv);
    }

    private double[] Pattern(double[] q, double[] k, int t, out double[] scores)
    {
        int size = shape.HeadSize, from = shape.FirstKey(t);
        double[] p = new double[t + 1];
        scores = new double[t + 1];
        double sum = 0;
        for (int j = from; j <= t; j++)
        {
            for (int d = 0; d < size; d++) scores[j] += q[t * size + d] * k[j * size + d];
            scores[j] *= shape.Scale;
            if (shape.SoftCap > 0) scores[j] = shape.SoftCap * Math.Tanh(scores[j] / shape.SoftCap);
            sum += p[j] = Math.Exp(scores[j] + (double)slope * (j - t));
        }
        for (int j = from; j <= t; j++) p[j] /= sum;
        return p;
    }
}
