using Loci.Memory.FeedForward;
using Loci.Models;
using Loci.Models.Blocks;

namespace Loci.Tracing;

/// <summary>
/// One token's logit at one position, split into what each part of the model wrote for it: with the final norm's scale
/// held at its value, the logit (before a soft cap) is linear in the stream, so the parts sum to it exactly.
/// </summary>
/// <remarks>
/// With the final norm (γ, β, C, σ) and the token's output vector u, a vector h of the stream adds h·C(γ⊙u)/σ. The
/// parts are the embedding, each attention's output, each cell m·v, each feed-forward output bias, and the constant
/// u·β and the token's bias. A norm after a feed-forward layer is held in the same way; its own bias counts with the
/// output bias.
/// </remarks>
public sealed class DirectContributions
{
    private DirectContributions(int layers) =>
        (Attention, FeedForwardBias, Cells) = (new double[layers], new double[layers], new double[layers][]);

    /// <summary>Of the token and position embedding.</summary>
    public double Embedding { get; private set; }

    /// <summary>Of every attention layer's output. [layers]</summary>
    public double[] Attention { get; }

    /// <summary>Of the memory that is always on in every feed-forward layer. [layers]</summary>
    public double[] FeedForwardBias { get; }

    /// <summary>Of every cell. [layers][cells]</summary>
    public double[][] Cells { get; }

    /// <summary>Of the biases of the final norm and of the token.</summary>
    public double Constant { get; private set; }

    /// <summary>The logit: the sum of all parts.</summary>
    public double Sum =>
        Embedding + Constant + Attention.Sum() + FeedForwardBias.Sum() + Cells.Sum(layer => layer.Sum());

    /// <summary>The taps a recording must hold for <see cref="Of"/>.</summary>
    public static IEnumerable<TapName> Taps(ModelSpec spec) => TapName.All(spec).Where(tap =>
        tap is { Point: TapPoint.Attention or TapPoint.Coefficients or TapPoint.ResidualAfter }
        or { Point: TapPoint.ResidualBefore, Layer: 0 });

    /// <summary>
    /// Splits the logit of <paramref name="token"/> after row <paramref name="row"/> of a recorded pass.
    /// </summary>
    /// <param name="transformer">The model.</param>
    /// <param name="pass">A pass that kept <see cref="Taps"/>.</param>
    /// <param name="row">Row of what it kept.</param>
    /// <param name="token">The token.</param>
    /// <param name="against">
    /// Splits the difference of the two tokens' logits instead, as far as <paramref name="token"/> is above this one.
    /// </param>
    public static DirectContributions Of(Transformer transformer, Recording pass, int row, int token,
        int? against = null)
    {
        var spec = transformer.Spec;
        int width = spec.Width;
        double[] last = [.. pass[TapPoint.ResidualAfter, spec.Layers - 1].Skip(row * width).Take(width)];
        var (direction, constant) = Through(
            transformer.Head.Norm, last, OutputVector(transformer.Head, width, token, against));
        var parts = new DirectContributions(spec.Layers)
        {
            Constant = constant + Bias(transformer.Head, token, against),
            Embedding = Dot(direction, pass[TapPoint.ResidualBefore].AsSpan(row * width, width)),
        };
        float[] value = new float[width];
        double[] written = new double[width];
        for (int l = 0; l < spec.Layers; l++)
        {
            var block = transformer.Blocks[l];
            int count = block.Cells.Capacity;
            parts.Attention[l] = Dot(direction, pass[TapPoint.Attention, l].AsSpan(row * width, width));

            var m = pass[TapPoint.Coefficients, l].AsSpan(row * count, count);
            double[] seen = direction;
            if (block.Spec.BranchScale != 1) seen = [.. seen.Select(d => d * block.Spec.BranchScale)];
            if (block.CellsOutputNorm is { } norm)
            {
                // The norm after the layer is linear too, once its scale is held: see the value through it.
                Written(block.Cells, m, value, written);
                (seen, parts.FeedForwardBias[l]) = Through(norm, written, seen);
            }
            double[] cells = parts.Cells[l] = new double[count];
            for (int i = 0; i < count; i++)
            {
                block.Cells.CopyValue(i, value);
                cells[i] = m[i] * Dot(seen, value);
            }
            if (!block.Cells.ValueBias.IsEmpty) parts.FeedForwardBias[l] += Dot(seen, block.Cells.ValueBias);
        }
        return parts;
    }

    private static double[] OutputVector(Head head, int width, int token, int? against)
    {
        float[] output = new float[width], other = new float[width];
        head.CopyVector(token, output);
        if (against is { } minus) head.CopyVector(minus, other);
        return [.. output.Select((u, i) => (double)u - other[i])];
    }

    private static double Bias(Head head, int token, int? against) => head.Bias.IsEmpty
        ? 0
        : head.Bias[token] - (against is { } minus ? (double)head.Bias[minus] : 0);

    // What a norm makes of a reader u, its scale held at that of x: C(γ⊙u)/σ, and the constant u·β.
    private static (double[] Direction, double Constant) Through(NormWeights norm, double[] x, double[] u)
    {
        double mean = norm.Kind == NormKind.LayerNorm ? x.Average() : 0;
        double scale = 1 / Math.Sqrt(x.Sum(xi => (xi - mean) * (xi - mean)) / x.Length + norm.Epsilon);
        double[] direction = [.. u.Select((ui, i) => scale * norm.Gain[i] * ui)];
        if (norm.Kind == NormKind.LayerNorm)
        {
            double centre = direction.Average();
            for (int i = 0; i < direction.Length; i++) direction[i] -= centre;
        }
        return (direction, norm.Bias.Length == 0 ? 0 : Dot(u, norm.Bias));
    }

    private static void Written(FeedForwardMemory cells, ReadOnlySpan<float> m, float[] value, double[] sum)
    {
        Array.Clear(sum);
        for (int i = 0; i < cells.ValueBias.Length; i++) sum[i] = cells.ValueBias[i];
        for (int cell = 0; cell < m.Length; cell++)
        {
            if (m[cell] == 0) continue;
            cells.CopyValue(cell, value);
            for (int i = 0; i < value.Length; i++) sum[i] += (double)m[cell] * value[i];
        }
    }

    private static double Dot(double[] direction, ReadOnlySpan<float> vector)
    {
        double sum = 0;
        for (int i = 0; i < vector.Length; i++) sum += direction[i] * vector[i];
        return sum;
    }
}
