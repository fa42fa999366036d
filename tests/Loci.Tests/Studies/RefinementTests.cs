using CsCheck;
using Loci.Models;
using Loci.Studies.Layers;
using Loci.Studies.Statistics;

namespace Loci.Tests.Studies;

public class RefinementTests
{
    [Fact]
    public void Is_what_the_constructed_cells_were_built_to_do()
    {
        using var study = StudyCase.Constructed();
        var result = Refinement.Run(study.Source, int.MaxValue, 100, new());
        BuiltAnswers[] answers = [.. study.Prefixes.Select(prefix => new BuiltAnswers(study.Text.TokensOf(prefix)))];
        int n = answers.Length;
        foreach (var layer in result.Layers)
        {
            // Before layer 0 nothing is written, and of equal scores the first is on top.
            int[] r = [.. answers.Select(answer => layer.Layer == 0 ? 0 : BuiltAnswers.Top(answer.Written[0]))];
            int[] y = [.. answers.Select(answer => BuiltAnswers.Top(answer.Written[layer.Layer]))];
            int[] o =
            [
                .. answers.Select(answer => BuiltAnswers.Top(layer.Layer == 0 ? answer.Written[0] : answer.Sum)),
            ];
            int[] final = [.. answers.Select(answer => BuiltAnswers.Top(answer.Sum))];
            Assert.Equal(Share(p => r[p] == final[p]), layer.Holds.Value, 1e-12);
            Assert.Equal(Expected(r, y, o), Actual(layer.Cases));
            if (layer.Layer == 0)
            {
                Assert.Equal(1.0 / study.Model.Spec.Vocabulary, layer.Probability.Value, 1e-6);
                Assert.Equal(0, layer.Cases.Residual.Value);
                Assert.True(layer.Cases.FeedForward.Value > 0.2);
            }
        }
        int[] before =
        [
            .. answers.Select(answer => BuiltAnswers.Top(answer.Written[0])),
        ], after = [.. answers.Select(answer => BuiltAnswers.Top(answer.Sum))];
        var last = result.LastLayer;
        Assert.Equal(0, last.ByAttention.Value + last.ByBoth.Value + last.Undone.Value);     // it writes elsewhere
        Assert.Equal(Share(p => before[p] != after[p]), last.ByFeedForward.Value, 1e-12);
        Assert.True(last.ByFeedForward.Value > 0);
        Assert.Equal(0, last.Cosine.Value);                                                 // one-hot output vectors
        foreach (var change in last.Examples)
        {
            int p = study.Text.IndexOf(study.Text.Find(change.Sentence, change.Position));
            Assert.Equal((before[p], before[p], after[p]), (change.Entering, change.Before, change.After));
        }
        Assert.Equal(Math.Min(100, last.Cosine.Count), last.Examples.Distinct().Count());

        double Share(Func<int, bool> which) => (double)Enumerable.Range(0, n).Count(which) / n;
    }

    /// <summary>Float64, one prefix at a time, over families of every kind.</summary>
    [
        Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7),
        InlineData(8),
    ]
    public void Is_what_the_definitions_give_in_float64(int seed)
    {
        using var study = StudyCase.Random(seed);
        var result = Refinement.Run(study.Source, int.MaxValue, 5, new() { Threads = 2 });
        var (spec, plain) = (study.Model.Spec, new PlainReading(study.Model));
        var taps = study.Prefixes.Select(prefix => plain.Taps(study.Text.TokensOf(prefix))).ToArray();
        int[] final = [.. taps.Select(tap => PlainReading.Top(tap[new(TapPoint.Logits, 0)]))];
        foreach (var layer in result.Layers)
        {
            double[][] states =
            [
                .. taps.Select(tap => plain.State(tap[new(TapPoint.ResidualMiddle, layer.Layer)], layer.Readout)),
            ];
            int[] r = [.. states.Select(PlainReading.Top)];
            int[] y =
            [
                .. taps.Select(tap =>
                    PlainReading.Top(plain.Addition(tap[new(TapPoint.FeedForward, layer.Layer)], layer.Readout))),
            ];
            int[] o =
            [
                .. taps.Select(
                    tap => PlainReading.Top(plain.State(tap[new(TapPoint.ResidualAfter, layer.Layer)], layer.Readout))),
            ];
            Assert.Equal(
                r.Where((token, p) => token == final[p]).Count(), (int)Math.Round(layer.Holds.Value * r.Length));
            Assert.Equal(Expected(r, y, o), Actual(layer.Cases));
            // float32 scores
            Assert.Equal(
                states.Select((scores, p) => PlainReading.Probability(scores, final[p])).Average(),
                layer.Probability.Value, 1e-5);
            Assert.Equal(r.SelectMany(token => final, (a, b) => a == b ? 1.0 : 0).Average(), layer.Chance, 1e-12);
            if (layer.Layer == spec.Layers - 1 && layer.Readout == Readout.Folded) Assert.Equal(o, final);
        }
        int[] entering =
        [
            .. taps.Select(tap =>
                PlainReading.Top(plain.State(tap[new(TapPoint.ResidualBefore, spec.Layers - 1)], Readout.Folded))),
        ];
        int[] middle =
        [
            .. taps.Select(tap =>
                PlainReading.Top(plain.State(tap[new(TapPoint.ResidualMiddle, spec.Layers - 1)], Readout.Folded))),
        ];
        var last = result.LastLayer;
        int n = final.Length;
        Assert.Equal(
            [
                Share(p => entering[p] == middle[p] && middle[p] == final[p]),
                Share(p => entering[p] != middle[p] && middle[p] == final[p]),
                Share(p => entering[p] == middle[p] && middle[p] != final[p]),
                Share(p => entering[p] != middle[p] && middle[p] != final[p] && entering[p] != final[p]),
                Share(p => entering[p] != middle[p] && entering[p] == final[p]),
            ],
            new[] { last.Unchanged, last.ByAttention, last.ByFeedForward, last.ByBoth, last.Undone }.Select(
                share => (int)Math.Round(share.Value * n)));

        int Share(Func<int, bool> which) => Enumerable.Range(0, n).Count(which);
    }

    [Fact]
    public void The_five_cases_add_up_to_all() => Gen.Int[20, 400].Sample(seed =>
    {
        using var study = StudyCase.Random(seed, sentences: 3);
        var result = Refinement.Run(study.Source, 30, 3, new() { Seed = seed });
        Assert.All(result.Layers, layer => Assert.Equal(1, Parts(layer.Cases).Sum(share => share.Value), 1e-12));
        var last = result.LastLayer;
        Assert.Equal(1, last.Unchanged.Value + last.ByAttention.Value + last.ByFeedForward.Value + last.ByBoth.Value
            + last.Undone.Value, 1e-12);
    }, iter: 8);

    [Fact]
    public void Threads_change_nothing()
    {
        using var study = StudyCase.Random(5);
        Assert.Equal(
            StudyCase.Numbers(Refinement.Run(study.Source, 40, 9, new() { Threads = 1 })),
            StudyCase.Numbers(Refinement.Run(study.Source, 40, 9, new() { Threads = 3 })));
    }

    private static int[] Expected(int[] r, int[] y, int[] o)
    {
        return
        [
            Count((a, b, c) => c == a && a != b), Count((a, b, c) => a == b && b == c),
            Count((a, b, c) => a != b && b != c && a != c),
            Count((a, b, c) => c == b && b != a), Count((a, b, c) => a == b && b != c),
        ];

        int Count(Func<int, int, int, bool> which) => r.Where((_, p) => which(r[p], y[p], o[p])).Count();
    }

    private static int[] Actual(RefinementCases cases) =>
        [.. Parts(cases).Select(share => (int)Math.Round(share.Value * share.Count))];

    private static Estimate[] Parts(RefinementCases cases) =>
        [cases.Residual, cases.Agreement, cases.Composition, cases.FeedForward, cases.Fifth];
}
