using Loci.Atlas.Agreement;
using Loci.Memory.Recall;
using Loci.Reports.Pages;
using Loci.Reports.Studies;
using Loci.Studies;
using Loci.Studies.Causal;
using Loci.Studies.Layers;
using Loci.Studies.Patterns;
using Loci.Studies.Removal;
using Loci.Studies.Statistics;
using Loci.Studies.Values;

namespace Loci.Reports.Tests;

/// <summary>What sections say follows the intervals, and a study without numbers claims nothing.</summary>
public sealed class SectionTests
{
    private static readonly Subject s_subject = new("m", 2, Gated: false, id => $"t{id}", (_, _) => "a prefix");

    private static Estimate At(double value, double half = 0.01, long count = 100) =>
        new(value, value - half, value + half, count);

    [Fact]
    public void Agreement_is_called_more_than_chance_only_where_it_is()
    {
        Assert.Contains("more than the 1\u202f%", Agreement(agreeing: 30, expected: 1).Means);
        Assert.Contains("no more than chance can give", Agreement(agreeing: 2, expected: 1).Means);
        Assert.Contains("fewer than", Agreement(agreeing: 1, expected: 30).Means);
        Assert.Contains("is not established", Agreement(agreeing: 30, expected: 1).Means);
        Assert.Contains("chance cannot be told", Agreement(agreeing: 0, expected: 0, variance: 0).Means);
    }

    [Fact]
    public void The_last_token_matters_most_only_beyond_the_intervals()
    {
        Assert.StartsWith("The last token matters most", Removal(last: -0.8, random: -0.2).Means);
        Assert.StartsWith("The last token is not established", Removal(last: -0.2, random: -0.2).Means);
        Assert.StartsWith("The last token is not established", Removal(last: -0.1, random: -0.7).Means);
    }

    [Fact]
    public void A_cell_is_said_to_be_used_only_where_the_difference_excludes_nothing()
    {
        Assert.Contains("the model gains by it", Causal(At(0.5), At(0.2)).Means);
        Assert.Contains("is not established", Causal(At(0.5), At(0.005)).Means);
        Assert.Contains("saves less", Causal(At(0.5), At(-0.2)).Means);
        Assert.StartsWith("At its triggers a cell adds no more", Causal(At(0.001), At(0.2)).Means);
    }

    [Fact]
    public void Composition_is_held_against_another_prefix()
    {
        Assert.Contains("that is chance", Composition(At(0.8), At(0.8)).Means);
        Assert.Contains("more often than with another prefix", Composition(At(0.5), At(0.8)).Means);
        Assert.Contains("mostly a composition", Composition(At(0.8), At(0.9)).Means);
        Assert.Contains("carry 90 %", Composition(At(0.5), At(0.8), nonZero: 1).Means);
        Assert.Contains("m ≠ 0", Composition(At(0.5), At(0.8), nonZero: 0.3).Means);
    }

    [Fact]
    public void The_softmax_is_held_against_no_layers_at_all()
    {
        Assert.Contains("as much as without", NeuralMemory(6, 6, 3).Means);
        Assert.Contains("less than without", NeuralMemory(2, 6, 2).Means);
        Assert.Contains("does not change measurably", NeuralMemory(0, 6, 0).Means);
        Assert.Contains("gains 2 (1.99 to 2.01)", NeuralMemory(-2, 6, 0).Means);
    }

    [Fact]
    public void Refinement_is_held_against_answers_paired_at_random()
    {
        Assert.Contains("more than the 1\u202f%", Refinement(At(0.3)).Means);
        Assert.Contains("no more than answers", Refinement(At(0.011)).Means);
    }

    [Fact]
    public void Patterns_of_half_a_model_are_compared_with_the_other()
    {
        Assert.Contains("topics are more frequent in the upper half",
            Patterns(PatternLabel.Shallow, PatternLabel.Semantic).Means);
        Assert.Contains("no difference between the halves", Patterns(PatternLabel.Shallow, PatternLabel.Shallow).Means);
        Assert.Contains("more cells follow a topic", Patterns(PatternLabel.Semantic, PatternLabel.Semantic).Means);
    }

    [Fact]
    public void Studies_without_numbers_make_a_page_that_claims_nothing()
    {
        var none = Estimate.None;
        Section[] sections =
        [
            PatternsSection.Of(new(new(), 0, 0, [], []), s_subject, null),
            MinimalSection.Of(new(new(), [], []), s_subject),
            RemovalSection.Of(new(new(), [], [], 0), s_subject, null),
            Agreement(agreeing: 0, expected: 0, variance: 0, cells: 0),
            Composition(none, none, double.NaN),
            Refinement(none),
            Causal(none, none),
            NeuralMemory(double.NaN, double.NaN, double.NaN),
        ];
        var report = new Report { Title = "t", Manifest = [], Sections = sections };
        string page = ReportPage.Write(report);
        Assert.DoesNotContain("NaN", page);
        foreach (var section in sections)
            foreach (string claim in (string[])["matters most", "the model gains by it", "More cells", "more than the",
                "as in the paper", "unlike the paper"])
                Assert.DoesNotContain(claim + ":", section.Means + ":");
        Assert.Contains("not measured", sections[2].Means);
    }

    private static Section Agreement(int agreeing, double expected, double variance = 1, int cells = 100)
    {
        LayerValues[] layers = [
            .. from layer in Enumerable.Range(0,
                2) from readout in Enum.GetValues<Readout>() select Layer(layer, readout)];
        ConfidenceCurve[] curves = [.. Enum.GetValues<Readout>().Select(r => new ConfidenceCurve(r, [], []))];
        CellNext[] next = [
            .. from layer in layers from i in Enumerable.Range(0, cells) select new CellNext(new(layer.Layer, i),
                layer.Readout, i < agreeing, false, i)];
        return AgreementSection.Of(new(layers, curves, [], [], []) { Cells = next }, s_subject, null);

        LayerValues Layer(int layer, Readout readout)
        {
            var test = new AgreementTest(cells, agreeing, expected, variance, 0.5, 0.01);
            var rank = new RankSummary(new(1, 2, 3), At(0.1), At(0.2));
            return new(layer, Pole.Positive, readout, Estimate.Share(agreeing, cells),
                new(layer, Pole.Positive, readout, test, test, new(cells, 0, null, 0)), At(0.1), rank, rank);
        }
    }

    private static Section Removal(double last, double random)
    {
        TokenRemovalRow[] rows = [.. Enumerable.Range(0, 20).Select(i => new TokenRemovalRow(
            new(i % 2, i, Pole.Positive), 50, new(-0.05 + i * 1e-4, 0), new(last + i * 1e-4, 0),
            new(random + i * 1e-4, 0))
        {
            Each = [new(i, new(-0.05 + i * 1e-4, 0), new(last + i * 1e-4, 0), new(random + i * 1e-4, 0))],
        })];
        return RemovalSection.Of(new(new(), [], rows, 3), s_subject, null);
    }

    private static Section Causal(Estimate logit, Estimate loss)
    {
        return CausalSection.Of(new(new(), CausalEffects(logit, loss), [], []), s_subject, null);
    }

    private static CausalEffect[] CausalEffects(Estimate logit, Estimate loss)
    {
        return
        [
            .. from place in Enum.GetValues<CausalPlace>()
               from path in Enum.GetValues<CausalPath>()
               select new CausalEffect(null, place, Ablation.Zero, path, Comparison(logit), Comparison(logit),
                   Comparison(loss), Comparison(At(0.1)), At(0.5)),
        ];
        static CausalComparison Comparison(Estimate difference) => new(difference, At(0), difference);
    }

    [Fact]
    public void Nulls_are_named_where_they_do_not_tell_the_model_from_chance()
    {
        var real = NullsOf(At(0.5), At(0.2));
        string same = NullsSection.Of(new(10, real, real, real), StudyList.All).Means;
        Assert.Equal("Nothing measured here tells the model from one with random weights.", same);
        var apartNulls = new NullResults(10, real, NullsOf(At(0.9), At(0)), real);
        string apart = NullsSection.Of(apartNulls, StudyList.All).Means;
        Assert.StartsWith(
            "What tells the model from random weights: own token's logit beyond matched cells, nats, loss saved "
            + "beyond matched cells, nats; what does not: cells of phrases or a topic", apart);
        string causal = CausalSection.Of(apartNulls.Of(CausalCheck.Study)!.Sample, s_subject,
            apartNulls.Of(CausalCheck.Study)).Means;
        Assert.EndsWith(
            "with random weights it adds even more to its own token, so that this is no sign of training, and saves "
            + "no measurable loss.", causal);
    }

    private static Measurements NullsOf(Estimate logit, Estimate loss)
    {
        ActiveRule[] rules = Enum.GetValues<ActiveRule>();
        var cases = new RefinementCases(At(0.5), At(0.2), At(0.2), At(0.1), At(0));
        PooledComposition[] pooled =
            [.. rules.Select(
                rule => new PooledComposition(Readout.Folded, rule, At(0.5), At(0.5), At(0.3), At(0.3), At(0.2)))];
        return new Measurements()
            .With(TriggerPatterns.Study, new(new(), 0, 0, [], []))
            .With(TokenRemoval.Study, new(new(), [], [], 0))
            .With(ValueAgreement.Study, new([], [], [], [], []))
            .With(Loci.Studies.Layers.Composition.Study,
                new(100, 10, At(0.1), [new(0, At(0.3), At(0.2), At(0.2), At(0.1), At(0))], [], pooled))
            .With(Loci.Studies.Layers.Refinement.Study, new(
                100, [new(0, Readout.Folded, At(0.3), 0.01, At(0.3), new(0.1, 0.2, 0.3), cases)],
                new(At(0.5), At(0.2), At(0.2), At(0.1), At(0), [], At(0.3), At(0.1), At(0.3), 0.2)))
            .With(CausalCheck.Study, new(new(), CausalEffects(logit, loss), [], []));
    }

    private static Section Composition(Estimate zero, Estimate chance, double nonZero = 0.3)
    {
        LayerActivity[] activity =
            [.. Enumerable.Range(0, 2)
                .Select(l => new LayerActivity(l, At(nonZero), At(0.2), At(0.2), At(0.1), At(0)))];
        PooledComposition[] pooled =
            [.. Enum.GetValues<ActiveRule>()
                .Select(rule => new PooledComposition(Readout.Folded, rule, zero, chance, At(0.3), At(0.6), At(0.2)))];
        return CompositionSection.Of(new(100, 10, At(0.1), activity, [], pooled), s_subject, null);
    }

    private static Section NeuralMemory(double softmax, double nothing, double matched)
    {
        SoftmaxEffect[] effects =
        [
            new(SoftmaxReplacement.Softmax, null, At(0.5), At(3), At(softmax)),
            new(SoftmaxReplacement.NormMatched, null, At(0.5), At(3), At(matched)),
            new(SoftmaxReplacement.Nothing, null, At(0.5), At(3), At(nothing)),
        ];
        return NeuralMemorySection.Of(
            new(100, At(2.5), [], [
                .. effects.SelectMany(e => (SoftmaxEffect[])[e with { Layer = 0 }, e with { Layer = 1 }, e])]),
                s_subject);
    }

    private static Section Refinement(Estimate holds)
    {
        var cases = new RefinementCases(At(0.5), At(0.2), At(0.2), At(0.1), At(0));
        LayerRefinement[] layers =
            [.. Enumerable.Range(0, 2)
                .Select(l => new LayerRefinement(l, Readout.Folded, holds, 0.01, At(0.3), new(0.1, 0.2, 0.3), cases))];
        var change = new LastLayerChanges(At(0.5), At(0.2), At(0.2), At(0.1), At(0), [new(1, 2, 3, 4, 5, 0.5)],
            At(0.3), At(0.1), At(0.3), 0.2);
        return RefinementSection.Of(new(100, layers, change), s_subject, null);
    }

    private static Section Patterns(PatternLabel lower, PatternLabel upper)
    {
        PatternCell[] cells = [.. Enumerable.Range(0, 60).Select(i => new PatternCell(
            new(i % 2, i, Pole.Positive), i, i % 2 == 0 ? lower : upper, [], new(10, 0.5, 0.1, 0.1, 0.7),
            new(10, 0.5, 0.1, 0.1, 0.7), 1, At(0.01), 0.2, 0.1, 0.3, new(0.2, 0.1, 0.1, 0.15), [], []))];
        return PatternsSection.Of(new(new(), 100, 100, [], cells), s_subject, null);
    }
}
