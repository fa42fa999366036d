using Loci.Memory.Numerics;
using Loci.Memory.Recall;
using Loci.Models;
using Loci.Models.Gradients;

namespace Loci.Tracing;

/// <summary>
/// What every cell of a model does for an answer by way of all that follows it, all cells at once: its coefficient
/// times the gradient of the answer's logit by it, summed over the tokens of the prompt, and the same integrated along
/// the way from silence.
/// </summary>
/// <remarks>
/// The gradient is that at the prompt, a first-order guess of what switching the cell off would take. The integrated
/// form (Sundararajan et al. 2017, arXiv 1703.01365; for cells Dai et al. 2022, arXiv 2104.08696) averages it while all
/// coefficients of the cell's layer go from 0 to what they are, the rest of the model following; by midpoints, so that
/// a layer's cells sum to what silencing the whole layer takes from the logit, the better the more steps.
/// </remarks>
public sealed class CellAttribution
{
    /// <summary>Steps where nothing else is asked for.</summary>
    public const int UsualSteps = 16;

    private CellAttribution(int layers) => (Gradient, Integrated) = (new double[layers][], new double[layers][]);

    /// <summary>m·∂/∂m, summed over the tokens, in nats. [layers][cells]</summary>
    public double[][] Gradient { get; }

    /// <summary>The integrated form, in nats. [layers][cells]</summary>
    public double[][] Integrated { get; }

    /// <summary>The logit of the answer, soft cap applied; minus that of the other token.</summary>
    public double Logit { get; private set; }

    /// <summary>The cells, by the size of coefficient × gradient, the largest first: of the two it ranks nearer to
    /// switching cells off one by one.</summary>
    public IEnumerable<(CellId Cell, double Gradient, double Integrated)> Cells =>
        from l in Enumerable.Range(0, Integrated.Length)
        from i in Enumerable.Range(0, Integrated[l].Length)
        orderby Math.Abs(Gradient[l][i]) descending, l, i
        select (new CellId(l, i, Pole.Positive), Gradient[l][i], Integrated[l][i]);

    /// <summary>Attributes the logit that a trace explains.</summary>
    /// <param name="trace">The prompt, its answer, and the token it is weighed against.</param>
    /// <param name="steps">Points of the integral, from 1 on; each costs two passes a layer.</param>
    /// <param name="compute">Threads to use, and what ends it early.</param>
    public static CellAttribution Of(PromptTrace trace, int steps = UsualSteps, Compute compute = default) =>
        Of(trace.Run.Transformer, trace.Run.Tokens, trace.Answer, trace.Against, steps, compute);

    /// <summary>Attributes the logit of a token after a prompt.</summary>
    /// <param name="transformer">The model.</param>
    /// <param name="tokens">The prompt.</param>
    /// <param name="answer">The token.</param>
    /// <param name="against">The token whose logit is taken off, or null.</param>
    /// <param name="steps">Points of the integral, from 1 on.</param>
    /// <param name="compute">Threads to use, and what ends it early.</param>
    public static CellAttribution Of(
        Transformer transformer, IReadOnlyList<int> tokens, int answer, int? against, int steps = UsualSteps,
        Compute compute = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        int layers = transformer.Spec.Layers;
        var batch = Batch.Of([.. tokens]);
        var objective = new Objective();
        objective.AddScore(batch.Rows - 1, answer);
        if (against is { } other) objective.AddScore(batch.Rows - 1, other, -1);
        var attribution = new CellAttribution(layers);
        float[][] m = new float[layers][];                              // [layers][tokens, cells]
        using var whole = new ReversePass(transformer);
        whole.Read(batch, compute);
        attribution.Logit = whole.Forward(objective, tap: (point, layer, values, _) =>
        {
            if (point == TapPoint.Coefficients) m[layer] = values.ToArray();
        }, compute: compute);
        whole.Backward(tap: (point, layer, gradient, _) =>
        {
            if (point == TapPoint.Coefficients)
                attribution.Gradient[layer] = Products(m[layer], gradient, transformer.Blocks[layer].Cells.Capacity, 1);
        }, compute: compute);
        for (int layer = 0; layer < layers; layer++)
            attribution.Integrated[layer] = Integrate(whole, layer, batch, objective, m[layer], steps, compute);
        return attribution;
    }

    private static double[] Integrate(
        ReversePass whole, int layer, Batch batch, Objective objective, float[] m, int steps, Compute compute)
    {
        double[] sums = new double[m.Length / batch.Rows];
        using var pass = whole.Above(layer);
        pass.Read(batch, compute);
        for (int step = 0; step < steps; step++)
        {
            float share = (step + 0.5f) / steps;
            pass.Forward(objective, tap: (point, at, values, _) =>
            {
                if (point != TapPoint.Coefficients || at != layer) return;
                m.CopyTo(values);
                Elementwise.Scale(values, share);
            }, compute: compute);
            pass.Backward(tap: (point, at, gradient, _) =>
            {
                if (point != TapPoint.Coefficients || at != layer) return;
                double[] part = Products(m, gradient, sums.Length, 1.0 / steps);
                for (int i = 0; i < sums.Length; i++) sums[i] += part[i];
            }, compute: compute);
        }
        return sums;
    }

    // m∘gradient [tokens, cells], summed over the tokens.
    private static double[] Products(float[] m, ReadOnlySpan<float> gradient, int cells, double factor)
    {
        double[] sums = new double[cells];
        for (int i = 0; i < m.Length; i++) sums[i % cells] += factor * m[i] * gradient[i];
        return sums;
    }
}
