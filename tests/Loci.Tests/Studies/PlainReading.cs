using Loci.Models;
using Loci.Models.Blocks;
using Loci.Studies.Layers;
using Loci.Tracing;

namespace Loci.Tests.Studies;

/// <summary>
/// The definitions of the studies in float64, one prefix and one vector at a time: slow, and independent of their code.
/// </summary>
internal sealed class PlainReading
{
    private readonly Model _model;
    private readonly double[][] _output;                                // [vocabulary][width]

    public PlainReading(Model model)
    {
        _model = model;
        _output = [.. Enumerable.Range(0, model.Spec.Vocabulary).Select(t =>
        {
            float[] column = new float[model.Spec.Width];
            model.Transformer.Head.Output.CopyOutput(t, column);
            return column.Select(x => (double)x).ToArray();
        })];
    }

    /// <summary>All taps at the last token of a prefix, from a pass over that prefix alone.</summary>
    public Dictionary<TapName, double[]> Taps(ReadOnlySpan<int> prefix, Tap? change = null)
    {
        int[] ids = _model.BeginOfSequence is { } begin ? [begin, .. prefix] : [.. prefix];
        var all = TapName.All(_model.Spec).ToArray();
        var pass = new Recording(all);
        pass.Run(_model.Transformer, Batch.Of(ids), change);
        return all.ToDictionary(tap => tap, tap =>
            pass[tap.Point, tap.Layer].TakeLast(tap.RowLength(_model.Spec)).Select(x => (double)x).ToArray());
    }

    /// <summary>Scores of a state: through the whole final norm when folded.</summary>
    public double[] State(double[] h, Readout readout)
    {
        if (readout == Readout.Raw) return Scores(h);
        var norm = _model.Transformer.Head.Norm;
        double mean = norm.Kind == NormKind.LayerNorm ? h.Average() : 0;
        double scale = Math.Sqrt(h.Average(x => (x - mean) * (x - mean)) + norm.Epsilon);
        double[] scores = Scores(
            [.. h.Select((x, i) => (x - mean) / scale * norm.Gain[i] + (norm.Bias.Length > 0 ? norm.Bias[i] : 0))]);
        double cap = _model.Spec.Head.SoftCap;
        return cap > 0 ? [.. scores.Select(x => cap * Math.Tanh(x / cap))] : scores;
    }

    /// <summary>Scores of an addition: gain and centring alone when folded.</summary>
    public double[] Addition(double[] h, Readout readout)
    {
        if (readout == Readout.Raw) return Scores(h);
        var norm = _model.Transformer.Head.Norm;
        double mean = norm.Kind == NormKind.LayerNorm ? h.Average() : 0;
        return Scores([.. h.Select((x, i) => (x - mean) * norm.Gain[i])]);
    }

    /// <summary>The value of a cell as it joins the stream.</summary>
    public double[] Value(int layer, int cell)
    {
        float[] value = new float[_model.Spec.Width];
        var block = _model.Transformer.Blocks[layer];
        block.Cells.CopyValue(cell, value);
        return [.. value.Select((x, i) => block.CellsOutputNorm is { } norm ? (double)x * norm.Gain[i] : x)];
    }

    public static double Norm(double[] x) => Math.Sqrt(x.Sum(each => each * each));

    public static int Top(double[] scores) => Array.IndexOf(scores, scores.Max());

    public static double Probability(double[] scores, int token)
    {
        double max = scores.Max();
        return Math.Exp(scores[token] - max) / scores.Sum(score => Math.Exp(score - max));
    }

    /// <summary>Active cells by the words of the rule.</summary>
    public static int[] Active(double[] m, double[] norms, ActiveRule rule)
    {
        int[] order =
        [
            .. Enumerable.Range(0, m.Length).Where(i => m[i] != 0).OrderByDescending(i => Math.Abs(m[i]) * norms[i]),
        ];
        if (rule == ActiveRule.NonZero) return order;
        double share = rule == ActiveRule.Carrying99
            ? 0.99
            : 0.9, total = order.Sum(i => Math.Abs(m[i]) * norms[i]), sum = 0;
        return [.. order.TakeWhile(i =>
        {
            bool more = sum < share * total;
            sum += Math.Abs(m[i]) * norms[i];
            return more;
        })];
    }

    private double[] Scores(double[] h) => [.. _output.Select(column => column.Zip(h, (a, b) => a * b).Sum())];
}
