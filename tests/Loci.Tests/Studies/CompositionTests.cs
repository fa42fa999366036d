using CsCheck;
using Loci.Models;
using Loci.Studies;
using Loci.Studies.Layers;

namespace Loci.Tests.Studies;

public class CompositionTests
{
    [Fact]
    public void Is_what_the_constructed_cells_were_built_to_do()
    {
        using var study = StudyCase.Constructed();
        var result = Composition.Run(study.Source, int.MaxValue, new());
        BuiltAnswers[] answers = [.. study.Prefixes.Select(prefix => new BuiltAnswers(study.Text.TokensOf(prefix)))];
        Assert.Equal(answers.Length, result.Prefixes);      // every prefix, whole sentences among them
        for (int l = 0; l < 2; l++)
        {
            int cells = study.Model.Spec.Blocks[l].Cells.Count,
                silent = answers.Count(answer => answer.Coefficients[l].Max() == 0);
            var activity = result.Activity[l];
            double share = answers.Average(answer => (double)answer.Coefficients[l].Count(m => m > 0) / cells);
            Assert.Equal(share, activity.NonZero.Value, 1e-12);
            Assert.Equal(share, activity.Positive.Value, 1e-12);
            Assert.InRange(silent, 1, answers.Length - 1);
            Assert.Equal((double)silent / answers.Length, activity.Silent.Value, 1e-12);

            foreach (var layer in result.Agreements.Where(each => each.Layer == l && each.Rule == ActiveRule.NonZero))
            {
                // What a layer writes on top is what one of its cells promotes: only silence has no agreement.
                Assert.Equal((double)silent / answers.Length, layer.ZeroAgreement.Value, 1e-12);
                // The stream after the layer is another question: at layer 1 it still holds what layer 0 wrote.
                int without = answers.Count(answer =>
                {
                    int top = BuiltAnswers.Top(l == 0 ? answer.Written[0] : answer.Sum);
                    return !BuiltAnswers.Cells(l).Where((_, i) => answer.Coefficients[l][i] > 0)
                        .Any(cell => cell.Promotes == top);
                });
                Assert.Equal((double)without / answers.Length, layer.ZeroAgreementWithState.Value, 1e-12);
                Assert.Equal(l == 1, without > silent);
                Assert.Equal(0, layer.OutputBias.Count);    // the model has none
            }
        }
    }

    /// <summary>
    /// Float64, one prefix at a time: GELU and gates, norms after the layer, output biases, parallel blocks.
    /// </summary>
    [
        Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7),
        InlineData(8),
    ]
    public void Is_what_the_definitions_give_in_float64(int seed)
    {
        using var study = StudyCase.Random(seed);
        var result = Composition.Run(study.Source, int.MaxValue, new() { Threads = 2 });
        var (spec, plain) = (study.Model.Spec, new PlainReading(study.Model));
        Prefix[] prefixes = [.. study.Prefixes];
        var taps = prefixes.Select(prefix => plain.Taps(study.Text.TokensOf(prefix))).ToArray();
        var counts = study.Text.Tokens.ToArray().CountBy(token => token).OrderByDescending(pair => pair.Value)
            .ThenBy(pair => pair.Key).ToArray();
        int covered = 0;
        var stop = counts.TakeWhile(pair =>
        {
            bool wanted = 2 * covered < study.Text.Prefixes;
            covered += pair.Value;
            return wanted;
        }).Select(pair => pair.Key).ToHashSet();
        Assert.Equal(stop.Count, result.StopTokens);

        for (int l = 0; l < spec.Layers; l++)
        {
            double[][] values =
            [
                .. Enumerable.Range(0, spec.Blocks[l].Cells.Count).Select(cell => plain.Value(l, cell)),
            ];
            double[] norms = [.. values.Select(PlainReading.Norm)];
            foreach (var readout in Enum.GetValues<Readout>())
            {
                double[][] said = [.. values.Select(value => plain.Addition(value, readout))];
                int[] up = [.. said.Select(PlainReading.Top)],
                    down = [.. said.Select(scores => PlainReading.Top([.. scores.Select(x => -x)]))];
                int[] y =
                [
                    .. taps.Select(tap => PlainReading.Top(plain.Addition(tap[new(TapPoint.FeedForward, l)], readout))),
                ];
                int[] o =
                [
                    .. taps.Select(tap => PlainReading.Top(plain.State(tap[new(TapPoint.ResidualAfter, l)], readout))),
                ];
                foreach (var rule in Enum.GetValues<ActiveRule>())
                {
                    HashSet<int>[] words = [.. taps.Select(tap =>
                    {
                        double[] m = tap[new(TapPoint.Coefficients, l)];
                        return PlainReading.Active(m, norms, rule).Select(i => m[i] > 0 ? up[i] : down[i]).ToHashSet();
                    })];
                    var layer = result.Agreements.Single(
                        each => each.Layer == l && each.Readout == readout && each.Rule == rule);
                    int[] agreeing = [.. Enumerable.Range(0, words.Length).Where(p => words[p].Contains(y[p]))];
                    Assert.Equal(prefixes.Length - agreeing.Length, Count(layer.ZeroAgreement));
                    Assert.Equal(
                        words.Where((set, p) => !set.Contains(o[p])).Count(), Count(layer.ZeroAgreementWithState));
                    Assert.Equal(
                        words.Where((set, p) => !set.Contains(y[(p + y.Length / 2) % y.Length])).Count(),
                        Count(layer.ZeroAgreementByChance));
                    Assert.Equal(y.Count(stop.Contains), Count(layer.StopPredictions));
                    Assert.Equal(agreeing.Count(p => stop.Contains(y[p])), Count(layer.StopAmongAgreeing));
                    Assert.Equal(
                        agreeing.Count(p => study.Text.TokensOf(prefixes[p]).Length < 5),
                        Count(layer.ShortAmongAgreeing));
                }
            }
            double share = taps.Average(
                tap => (double)PlainReading.Active(
                    tap[new(TapPoint.Coefficients, l)], norms,
                    ActiveRule.Carrying90).Length / spec.Blocks[l].Cells.Count);
            Assert.Equal(share, result.Activity[l].Carrying90.Value, 1e-9);
        }
    }

    [Fact]
    public void Pooled_shares_are_those_of_the_layers_together_and_rules_nest() => Gen.Int[20, 400].Sample(seed =>
    {
        using var study = StudyCase.Random(seed, sentences: 3);
        var result = Composition.Run(study.Source, 25, new() { Seed = seed });
        foreach (var pooled in result.Pooled)
        {
            var layers = result.Agreements.Where(each => each.Readout == pooled.Readout && each.Rule == pooled.Rule)
                .ToArray();
            Assert.Equal(layers.Average(layer => layer.ZeroAgreement.Value), pooled.ZeroAgreement.Value, 1e-12);
            Assert.Equal(layers.Sum(layer => layer.ShortAmongAgreeing.Count), pooled.ShortAmongAgreeing.Count);
            Assert.InRange(pooled.ZeroAgreement.Value, pooled.ZeroAgreement.Low, pooled.ZeroAgreement.High);
        }
        foreach (var activity in result.Activity)
        {
            Assert.InRange(activity.Carrying90.Value, 0, activity.Carrying99.Value);
            Assert.InRange(activity.Carrying99.Value, 0, activity.NonZero.Value);
        }
    }, iter: 8);

    [Fact]
    public void Threads_change_nothing_and_the_seed_changes_the_sample()
    {
        using var study = StudyCase.Random(3);
        string one = StudyCase.Numbers(Composition.Run(study.Source, 20, new() { Threads = 1 }));
        Assert.Equal(one, StudyCase.Numbers(Composition.Run(study.Source, 20, new() { Threads = 3 })));
        Assert.NotEqual(one, StudyCase.Numbers(Composition.Run(study.Source, 20, new() { Seed = 2 })));
    }

    private static long Count(Loci.Studies.Statistics.Estimate share) =>
        share.Count == 0 ? 0 : (long)Math.Round(share.Value * share.Count);
}
