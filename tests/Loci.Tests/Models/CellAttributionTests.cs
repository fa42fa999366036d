using Loci.BuiltIn;
using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Tracing;
using Loci.Worlds;

namespace Loci.Tests.Models;

/// <summary>Attribution of cells against what switching them off does.</summary>
public class CellAttributionTests(ITestOutputHelper output)
{
    /// <summary>Of what silencing a layer takes away, or of a nat: midpoints of a curve that is not smooth.</summary>
    private const double Completeness = 0.05;

    private const int Prompts = 8, CellsOfPrompt = 60;

    [Fact]
    public void A_layers_cells_sum_to_what_silencing_it_takes_away()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            using var model = RandomModel.Create(seed);
            int[] tokens = [3, 1, 4, 1, 5];
            var attribution = CellAttribution.Of(model.Transformer, tokens, answer: 2, against: 7, steps: 128);
            for (int layer = 0; layer < model.Spec.Layers; layer++)
            {
                double taken = attribution.Logit
                    - Logit(model.Transformer, tokens, 2, 7, (at, _) => at == layer, attribution);
                double tolerance = Completeness * Math.Max(1, Math.Abs(taken));
                Assert.Equal(taken, attribution.Integrated[layer].Sum(), tolerance);
            }
        }
    }

    [Theory, InlineData("demo"), InlineData("demo-gated")]
    public void Cells_rank_as_by_switching_each_off(string name)
    {
        var model = BuiltInModels.Open(name);
        var questions = World.Create(1).Questions(TemplateUse.Training).ToArray();
        var random = new Random(1);
        random.Shuffle(questions);
        var (gradient, integrated) = (new List<double>(), new List<double>());
        foreach (var question in questions.Take(Prompts))
        {
            int[] tokens = [.. model.Encode(question.Prompt)];
            var trace = PromptTrace.Of(PromptRun.Of(model.Transformer, tokens));
            var attribution = CellAttribution.Of(trace);
            // Half of them from among the larger ones: most cells do next to nothing.
            var cells = attribution.Cells.ToArray();
            var chosen = cells.Take(CellsOfPrompt / 2).Concat(Shuffled(cells[(CellsOfPrompt / 2)..], random)
                .Take(CellsOfPrompt / 2)).ToArray();
            double[] ablated = [.. chosen.Select(cell => attribution.Logit - Logit(
                model.Transformer, tokens, trace.Answer, null,
                (layer, i) => layer == cell.Cell.Layer && i == cell.Cell.Index, attribution))];
            gradient.Add(RankCorrelation(ablated, [.. chosen.Select(cell => cell.Gradient)]));
            integrated.Add(RankCorrelation(ablated, [.. chosen.Select(cell => cell.Integrated)]));
        }
        Interval first = Interval.Of(gradient), second = Interval.Of(integrated);
        output.WriteLine($"{name}: rank correlation with single-cell ablation over {Prompts} prompts: coefficient × "
            + $"gradient {first.Mean:0.00} ± {first.Half:0.00}, integrated {second.Mean:0.00} ± {second.Half:0.00}");
        Assert.True(first.Low > 0.3, $"coefficient × gradient {first}");
        Assert.True(second.Low > 0.3, $"integrated {second}");
    }

    private static (CellId Cell, double Gradient, double Integrated)[] Shuffled(
        (CellId Cell, double Gradient, double Integrated)[] cells, Random random)
    {
        random.Shuffle(cells);
        return cells;
    }

    // The logit with cells switched off at every token.
    private static double Logit(
        Transformer transformer, int[] tokens, int answer, int? against, Func<int, int, bool> off,
        CellAttribution attribution)
    {
        var workspace = new Workspace(transformer.Spec);
        transformer.Forward(Batch.Of(tokens), workspace, (point, layer, values, _) =>
        {
            if (point != TapPoint.Coefficients) return;
            int cells = attribution.Integrated[layer].Length;
            for (int i = 0; i < values.Length; i++)
                if (off(layer, i % cells)) values[i] = 0;
        });
        float[] logits = new float[transformer.Spec.Vocabulary];
        transformer.Logits(workspace.Stream(tokens.Length)[^transformer.Spec.Width..], logits);
        return logits[answer] - (against is { } other ? (double)logits[other] : 0);
    }

    // Spearman's, ties at their mean rank.
    private static double RankCorrelation(double[] a, double[] b)
    {
        double[] x = Ranks(a), y = Ranks(b);
        double mean = (a.Length - 1) / 2.0;
        return x.Zip(y, (p, q) => (p - mean) * (q - mean)).Sum()
            / Math.Sqrt(x.Sum(p => (p - mean) * (p - mean)) * y.Sum(q => (q - mean) * (q - mean)));
    }

    private static double[] Ranks(double[] values) =>
        [.. values.Select(v => values.Count(w => w < v) + (values.Count(w => w == v) - 1) / 2.0)];
}
