using CsCheck;
using Loci.Memory.Recall;
using Loci.Models;
using Loci.Models.Blocks;
using Loci.Models.Constructed;
using Loci.Models.Weights;
using Loci.Studies.Statistics;
using Loci.Studies.Values;

namespace Loci.Tests.Studies;

public class ValueAgreementTests
{
    [Fact]
    public void Is_what_the_constructed_cells_were_built_to_do()
    {
        using var study = StudyCase.Constructed();
        var result = ValueAgreement.Run(study.Source, 100, [new(1, 0), new(0, 0)], new());
        foreach (var layer in result.Layers)
        {
            var living = BuiltAnswers.Cells(layer.Layer).Where(cell => cell.Kind != PatternKind.Dead).ToArray();
            var asked = living.Select(cell => (cell.Promotes, Next: Nexts(study, cell.Cell)[0]))
                .Where(each => each.Next is not null).ToArray();
            Assert.Equal(
                (Share(asked.Count(each => each.Next == each.Promotes), asked.Length), asked.Length),
                (layer.Agreement.Value, layer.Agreement.Count));

            // A value scores one token above zero and all others at zero, where the smaller id comes first.
            double[] ranks =
            [
                .. asked.Select(
                    each => each.Next == each.Promotes ? 1.0 : each.Next!.Value + (each.Promotes > each.Next ? 2 : 1)),
            ];
            Assert.Equal(Quartiles.Of(ranks), layer.Rank.Ranks);
            Assert.Equal(ranks.Average(rank => 1 / rank), layer.Rank.Reciprocal.Value, 1e-12);
            Assert.Equal(
                ranks.Average(rank => (rank - 1) / (study.Model.Spec.Vocabulary - 1)), layer.Rank.Normalized.Value,
                1e-12);
            Assert.Equal(0, layer.Disagreement.Value);
        }
        foreach (var cell in result.Named)
        {
            var built = ConstructedModel.Instance.Cells.Single(each => each.Cell == cell.Cell);
            int[] nexts = [.. Nexts(study, cell.Cell).OfType<int>()];
            Assert.Equal(
                (Share(nexts.Count(next => next == built.Promotes), nexts.Length), nexts.Length),
                (cell.Precision.Value, cell.Precision.Count));
        }
        // «once upon a» is always followed by «time», a noun never by itself.
        Assert.Equal([1, 1, 0, 0], result.Named.Select(cell => cell.Precision.Value));
    }

    /// <summary>
    /// A cell that repeats its trigger's last token agrees with the prefix, not with what follows it: one
    /// position off would swap the two.
    /// </summary>
    [Fact]
    public void The_next_token_is_not_the_last_one()
    {
        using var study = StudyCase.Constructed();
        var layer = ValueAgreement.Run(
            study.Source, 10, [], new()).Layers.First(each => each is { Layer: 0, Readout: Readout.Raw });
        var living = BuiltAnswers.Cells(0).Where(cell => cell.Kind != PatternKind.Dead).ToArray();
        Assert.Equal(
            living.Count(cell => cell.Pattern is [var only] && only == cell.Promotes), layer.Nulls.Copy.Agreeing);
        Assert.Equal(living.Count(cell => Nexts(study, cell.Cell)[0] == cell.Promotes), layer.Nulls.Next.Agreeing);
        Assert.NotEqual(layer.Nulls.Copy.Agreeing, layer.Nulls.Next.Agreeing);
    }

    /// <summary>
    /// Whole sentences are prefixes and may be triggers; they are kept, and not counted as a miss or as sentence 0.
    /// </summary>
    [Fact]
    public void A_whole_sentence_is_a_trigger_without_a_next_token()
    {
        string[] lines = ["the ship", "the ship sailed", "near the ship", "the captain of course"];
        using var study = new StudyCase(Model.Open(Model.ConstructedName), lines);
        var ship = BuiltAnswers.Cells(0).Single(cell => cell.Pattern is [var only] && only == cell.Promotes
            && ConstructedLanguage.Vocabulary[only] == "ship").Cell;
        Assert.Equal(3, study.Source.Atlas.Triggers(ship).Count);       // no padding up to 50
        var result = ValueAgreement.Run(study.Source, 10, [ship], new());
        Assert.All(result.Named, cell => Assert.Equal(1, cell.Precision.Count));
        int living = BuiltAnswers.Cells(0).Count(cell => study.Source.Atlas.Triggers(cell.Cell).Count > 0);
        Assert.All(result.Layers.Where(layer => layer.Layer == 0), layer =>
        {
            Assert.Equal(living, layer.Nulls.Copy.Cells);
            // the strongest trigger of «ship» is its first line, which ends there
            Assert.Equal(living - 1, layer.Agreement.Count);
        });
    }

    /// <summary>Float64, a value at a time, both poles of gated models.</summary>
    [
        Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7),
        InlineData(8),
    ]
    public void Is_what_the_definitions_give_in_float64(int seed)
    {
        using var study = StudyCase.Random(seed);
        var result = ValueAgreement.Run(study.Source, 10, [], new() { Threads = 2 });
        var (spec, plain) = (study.Model.Spec, new PlainReading(study.Model));
        Assert.Equal(2 * spec.Blocks[0].Cells.Poles * spec.Layers, result.Layers.Count);
        foreach (var layer in result.Layers)
        {
            double sign = layer.Pole == Pole.Positive ? 1 : -1;
            List<double> ranks = [];
            int agreeing = 0, differing = 0;
            for (int i = 0; i < spec.Blocks[0].Cells.Count; i++)
            {
                double[] value = [.. plain.Value(layer.Layer, i).Select(x => sign * x)];
                double[] scores = plain.Addition(value, layer.Readout);
                if (PlainReading.Top(plain.Addition(value, Readout.Raw)) != PlainReading.Top(
                    plain.Addition(value, Readout.Folded))) differing++;
                if (Nexts(study, new(layer.Layer, i, layer.Pole)) is not [{ } next, ..]) continue;
                ranks.Add(
                    1 + scores.Where((score, t) => score > scores[next] || (score == scores[next] && t < next))
                        .Count());
                if (PlainReading.Top(scores) == next) agreeing++;
            }
            Assert.Equal((Share(agreeing, ranks.Count), ranks.Count), (layer.Agreement.Value, layer.Agreement.Count));
            Assert.Equal(Quartiles.Of(ranks), layer.Rank.Ranks);
            Assert.Equal(Estimate.Share(differing, spec.Blocks[0].Cells.Count), layer.Disagreement);
        }
        foreach (var surest in result.MostConfident)
        {
            var best = (from l in Enumerable.Range(0, spec.Layers)
                from i in Enumerable.Range(0, spec.Blocks[0].Cells.Count)
                from pole in Enum.GetValues<Pole>().Take(spec.Blocks[0].Cells.Poles)
                let cell = new CellId(l, i, pole)
                where study.Source.Atlas.Triggers(cell).Count > 0
                let scores = plain.Addition(
                    [.. plain.Value(l, i).Select(x => pole == Pole.Positive ? x : -x)], surest.Readout)
                orderby PlainReading.Probability(scores, PlainReading.Top(scores)) descending
                select (cell, PlainReading.Top(scores))).Take(10);
            Assert.Equal(best, surest.Values.Select(value => (value.Cell, value.Token)));
            Assert.Equal(
                surest.Values.Count(value => value.Agreeing > 0),
                (int)Math.Round(surest.Agreeing.Value * surest.Agreeing.Count));
        }
    }

    [Fact]
    public void Bins_and_histograms_hold_every_cell_once() => Gen.Int[20, 400].Sample(seed =>
    {
        using var study = StudyCase.Random(seed);
        var result = ValueAgreement.Run(study.Source, 5, [], new());
        foreach (var curve in result.Confidence)
        {
            var layers = result.Layers.Where(layer => layer.Readout == curve.Readout).ToArray();
            foreach (var bins in new[] { curve.ByProbability, curve.ByZScore })
            {
                Assert.Equal(layers.Sum(layer => layer.Agreement.Count), bins.Sum(bin => bin.Agreement.Count));
                Assert.Equal(
                    layers.Sum(layer => layer.Nulls.Next.Agreeing),
                    bins.Sum(bin => bin.Agreement.Value * bin.Agreement.Count), 1e-9);
                Assert.All(bins, bin => Assert.True(bin.From <= bin.To));
                Assert.All(bins.Zip(bins.Skip(1)), pair => Assert.True(pair.First.To <= pair.Second.From));
            }
        }
        foreach (var precision in result.Precision)
            Assert.Equal(
                study.Source.Atlas.AllCellAgreement.Count(
                    cell => cell.Readout == precision.Readout && cell.Counted > 0),
                precision.Histogram.Sum());
    }, iter: 8);

    /// <summary>All scores of the layer would take 800 MB; the published code's agreement takes 150 GB.</summary>
    [Fact]
    public void Ranks_hold_a_block_of_scores_at_a_time()
    {
        const int Width = 8, Cells = 4096, Vocabulary = 50_000;
        var random = new Random(1);
        var small = Loci.Tests.Models.RandomModel.Create(1).Transformer;
        var block = small.Spec.Blocks[0] with { SandwichNorms = false };
        var spec = small.Spec with
        {
            Width = Width, Vocabulary = Vocabulary, Norm = NormKind.RmsNorm, Head = new(Tied: false),
            Blocks = [block with { Cells = block.Cells with { Count = Cells } }],
        };
        var transformer = new Transformer(spec, TensorSource.Of(tensor => tensor.Role == TensorRole.FinalNorm
            ?
            [
                .. Enumerable.Repeat(1f, tensor.Count),
            ] : [.. Enumerable.Range(0, tensor.Count).Select(_ => (float)(random.NextDouble() - 0.5))]));
        ValueRanks.Question[] questions =
        [
            .. Enumerable.Range(0, 100).Select(i => new ValueRanks.Question(i * 40, Pole.Positive, i)),
        ];
        long before = GC.GetAllocatedBytesForCurrentThread();
        int[] ranks = ValueRanks.Of(transformer, Readout.Raw, 0, questions, new() { Threads = 1 });
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1 << 20, 100 << 20);
        // ranks of unrelated tokens are uniform
        Assert.InRange(ranks.Average(), Vocabulary / 4.0, 3 * Vocabulary / 4.0);
    }

    [Fact]
    public void Threads_change_nothing_and_unknown_cells_are_refused()
    {
        using var study = StudyCase.Random(5);
        Assert.Equal(
            StudyCase.Numbers(ValueAgreement.Run(study.Source, 9, [], new() { Threads = 1 })),
            StudyCase.Numbers(ValueAgreement.Run(study.Source, 9, [], new() { Threads = 3 })));
        Assert.Throws<LociException>(() => ValueAgreement.Run(study.Source, 9, [new(99, 0)], new()));
    }

    // The next token of every trigger, strongest first; null for a whole sentence.
    private static int?[] Nexts(StudyCase study, CellId cell) =>
        [.. study.Source.Atlas.Triggers(cell)
            .Select(trigger => study.Source.Atlas.Sentence(trigger) is var sentence
                && trigger.Position + 1 < sentence.Tokens.Count
            ? sentence.Tokens[trigger.Position + 1] : (int?)null)];

    private static double Share(int k, int n) => n == 0 ? double.NaN : (double)k / n;
}
