using Loci.Memory.Recall;
using Loci.Models;
using Loci.Models.Constructed;
using Loci.Studies;
using Loci.Studies.Causal;
using Loci.Tracing;

namespace Loci.Tests.Studies;

public class CausalCheckTests
{
    private static readonly CausalCheckParameters s_few = new(CellsPerLayer: 3, Triggers: 4, RandomPrefixes: 6);

    /// <summary>
    /// Random models of every kind: gated or not, sandwich norms or not, either norm; of more than one cell a layer.
    /// </summary>
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 100)
        .Select(seed => (Seed: seed, Models.RandomModel.Create(seed).Spec))
        .Where(model => model.Spec.Blocks[0].Cells.Count > 1)
        .DistinctBy(model => (model.Spec.HasGatedCells, model.Spec.Blocks[0].SandwichNorms, model.Spec.Norm))
        .Select(model => model.Seed)];

    [Fact]
    public void The_random_models_are_of_every_kind() => Assert.Equal(8, Seeds.Count);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Total_effects_are_those_of_a_run_of_their_own(int seed)
    {
        using var built = StudyCase.Random(seed, sentences: 40, top: 10);
        var (source, check) = (built.Source, new Passes(built.Source, s_few));
        var total = AblatedPass.Run(
            source, check.Prefixes, check.Trials, check.Replacement.Coefficient, new() { Threads = 2 });
        for (int t = 0; t < check.Trials.Count; t += 5)
        {
            var trial = check.Trials[t];
            int[] tokens = check.Tokens(trial);
            for (int v = 0; v < Variant.All.Length; v++)
            {
                var cell = new CellId(trial.Layer, trial.Changed(Variant.All[v]).Index);
                var rows = Enumerable.Range(0, trial.Place == CausalPlace.Triggers ? 1 : tokens.Length)
                    .Select(
                        back =>
                            Intervention.SetCell(source.Model.Spec, cell,
                                check.Replacement.Coefficient(trial, t, Variant.All[v], back),
                                tokens.Length - 1 - back));
                var pass = new Recording([new(TapPoint.Logits, 0)], lastRow: true);
                pass.Run(source.Model.Transformer, Batch.Of(tokens), Intervention.All([.. rows]));
                Assert.Equal(
                    Outcome.Of(pass[TapPoint.Logits], trial.Token, check.Next(trial)),
                    total[t * Variant.All.Length + v]);
            }
        }
        Assert.Contains(
            Enumerable.Range(0, total.Length), i => total[i] != check.Trials[i / Variant.All.Length].Intact);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Setting_a_cell_to_its_own_value_changes_nothing_bit_for_bit(int seed)
    {
        using var built = StudyCase.Random(seed, sentences: 40, top: 10);
        var check = new Passes(built.Source, s_few);
        CausalTrial[] trials = [.. check.Trials.Where(trial => trial.Place == CausalPlace.Triggers)];
        var total = AblatedPass.Run(
            built.Source, check.Prefixes, trials, (trial, _, variant, _) => trial.Changed(variant).Coefficient, new());
        for (int i = 0; i < total.Length; i++) Assert.Equal(trials[i / Variant.All.Length].Intact, total[i]);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Direct_effects_of_taking_a_cell_out_are_its_direct_contributions(int seed)
    {
        using var built = StudyCase.Random(seed, sentences: 40, top: 10);
        var (source, check) = (built.Source, new Passes(built.Source, s_few));
        var direct = DirectPass.Run(
            source, check.Prefixes, check.Trials, check.Intact, check.Replacement, new() { Threads = 2 });
        for (int t = 0; t < check.Trials.Count; t++)
        {
            var trial = check.Trials[t];
            int[] tokens = check.Tokens(trial);
            var pass = new Recording(DirectContributions.Taps(source.Model.Spec), lastRow: true);
            pass.Run(source.Model.Transformer, Batch.Of(tokens));
            var parts = DirectContributions.Of(source.Model.Transformer, pass, 0, trial.Token);
            foreach (bool matched in (bool[])[false, true])
            {
                var cell = matched ? trial.Matched : trial.Own;
                float effect =
                    trial.Intact.Logit - direct[t * Variant.All.Length + Variant.IndexOf(matched, Ablation.Zero)].Logit;
                // Differences of float32 logits of size 1 to 10.
                Assert.Equal(parts.Cells[trial.Layer][cell.Index], effect, 2e-5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_matched_cell_is_another_that_writes_about_as_much(int seed)
    {
        using var built = StudyCase.Random(seed, sentences: 40, top: 10);
        var (source, check) = (built.Source, new Passes(built.Source, s_few));
        foreach (var trial in check.Trials)
        {
            var pass = new Recording([new(TapPoint.Coefficients, trial.Layer)], lastRow: true);
            pass.Run(source.Model.Transformer, Batch.Of(check.Tokens(trial)));
            float[] m = pass[TapPoint.Coefficients, trial.Layer];
            float[] value = new float[source.Model.Spec.Width];
            double[] sizes = [.. m.Select((x, i) => Math.Abs(x) * Norm(i))];
            Assert.Equal(m[trial.Cell.Id.Index], trial.Own.Coefficient);
            Assert.NotEqual(trial.Own.Index, trial.Matched.Index);
            double distance = Math.Abs(sizes[trial.Matched.Index] - sizes[trial.Own.Index]);
            // 1e-5: sizes here are float64, those of the check float32.
            Assert.InRange(
                sizes.Where((_, i) => i != trial.Own.Index)
                    .Count(size => Math.Abs(size - sizes[trial.Own.Index]) < distance - 1e-5),
                0, 4);
            var pole = trial.Place == CausalPlace.Triggers ? trial.Cell.Id.Pole
                : source.Model.Spec.HasGatedCells && trial.Own.Coefficient < 0 ? Pole.Negative : Pole.Positive;
            Assert.Equal(
                ValueProjection.Promoted(source.Model.Transformer, trial.Cell.Id with { Pole = pole }, 1)[0].Id,
                trial.Token);

            double Norm(int cell)
            {
                ValueProjection.Values(source.Model.Transformer, trial.Layer, cell, value);
                return Math.Sqrt(value.Sum(x => (double)x * x));
            }
        }
    }

    [Fact]
    public void Built_cells_do_what_they_were_built_to_do_and_their_matches_do_not()
    {
        using var built = StudyCase.Constructed(300, seed: 1, top: 10);
        var result = CausalCheck.Run(
            built.Source, new(CellsPerLayer: 48, Triggers: 5, RandomPrefixes: 40), new() { Seed = 3 });
        foreach (var cell in result.Cells)
        {
            var known = ConstructedModel.Instance.Cells.Single(c => c.Cell == cell.Cell);
            Assert.Equal(known.Promotes, cell.Token);
            if (known.Kind != PatternKind.Suffix) continue;
            // Half a coefficient is worth four nats; later cells that say the same, and faint slots in the
            // norm, cost a few hundredths.
            Assert.Equal(4, cell.Direct, 0.05);
            Assert.Equal(4, cell.Total, 0.05);
            Assert.InRange(cell.MatchedTotal, -0.05, 4);
        }
        Assert.Equal(
            0, result.Effects.Single(
                e =>
                    e is { Layer: 1, Place: CausalPlace.Triggers, Ablation: Ablation.Zero,
                        Path: CausalPath.Direct }).Stronger.Count - result.Cells.Count(c => c.Cell.Layer == 1));
        var all = result.Effects.Single(
            e => e is { Layer: null, Place: CausalPlace.Triggers, Ablation: Ablation.Zero, Path: CausalPath.Total });
        Assert.Equal(result.Cells.Average(c => c.Total), all.Logit.Cell.Value, 1e-9);
        Assert.Equal(result.Cells.Average(c => c.MatchedTotal), all.Logit.Matched.Value, 1e-9);
        Assert.Equal(all.Logit.Cell.Value - all.Logit.Matched.Value, all.Logit.Difference.Value, 1e-9);
        Assert.True(all.Logit.Difference.Low > 0);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Threads_do_not_matter_and_the_seed_does(int seed)
    {
        using var built = StudyCase.Random(seed, sentences: 40, top: 10);
        var one = CausalCheck.Run(built.Source, s_few, new() { Seed = 1, Threads = 1 });
        var three = CausalCheck.Run(built.Source, s_few, new() { Seed = 1, Threads = 3 });
        Assert.Equal(one.Effects, three.Effects);
        Assert.Equal(one.Bases, three.Bases);
        Assert.Equal(one.Cells, three.Cells);
        Assert.NotEqual(one.Effects, CausalCheck.Run(built.Source, s_few, new() { Seed = 2 }).Effects);
    }

    [Fact]
    public void Nothing_to_match_or_to_resample_from_is_said()
    {
        using (var one = StudyCase.Random(2, sentences: 40, top: 10))
            Assert.Contains(
                "one cell", Assert.Throws<LociException>(() => CausalCheck.Run(one.Source, s_few, new())).Message);
        using var built = StudyCase.Random(3, sentences: 40, top: 10);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => CausalCheck.Run(built.Source, s_few with { RandomPrefixes = 1 }, new()));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(
            () => CausalCheck.Run(built.Source, s_few, new() { Cancellation = cancelled.Token }));
    }

    private sealed class Passes
    {
        private readonly StudySource _source;

        public Passes(StudySource source, CausalCheckParameters parameters)
        {
            _source = source;
            (Prefixes, Trials, int donors) = CausalCheck.Trials(source, parameters, seed: 7);
            Intact = IntactPass.Run(source, Prefixes, Trials, donors, new() { Seed = 7 });
            Replacement = new(source.Atlas, Intact, seed: 7);
        }

        public List<Prefix> Prefixes { get; }

        public List<CausalTrial> Trials { get; }

        public IntactPass Intact { get; }

        public Replacement Replacement { get; }

        public int? Next(CausalTrial trial) => _source.Text.Next(Prefixes[trial.Prefix]);

        public int[] Tokens(CausalTrial trial)
        {
            var own = _source.Text.TokensOf(Prefixes[trial.Prefix]);
            return _source.Model.BeginOfSequence is { } begin ? [begin, .. own] : own.ToArray();
        }
    }
}
