using CsCheck;
using Loci.Studies;
using Loci.Studies.Statistics;

namespace Loci.Tests.Studies;

public class StatisticsTests
{
    [Fact]
    public void Quartiles_are_those_of_numpy()
    {
        // numpy.percentile([1, 2, 3, 4], [25, 50, 75])
        Assert.Equal(new Quartiles(1.75, 2.5, 3.25), Quartiles.Of([4, 1, 3, 2]));
        Assert.Equal(new Quartiles(7, 7, 7), Quartiles.Of([7]));
        Assert.True(double.IsNaN(Quartiles.Of([]).Median));
        Assert.Equal(9.5, Quartiles.At([0, 10], 0.95), 12);
    }

    [Theory]
    [InlineData(1, 12.7062)]
    [InlineData(2, 4.3027)]
    [InlineData(3, 3.1824)]
    [InlineData(4, 2.7764)]
    [InlineData(9, 2.2622)]
    [InlineData(19, 2.0930)]
    [InlineData(99, 1.9842)]
    [InlineData(1e9, 1.9600)]
    public void Quantiles_of_t_are_those_of_the_tables(double freedom, double expected) =>
        Assert.Equal(expected, StudentT.Percentile975(freedom), freedom < 8 ? 0.01 : 0.0001);

    [Fact]
    public void A_mean_of_independent_numbers_has_the_interval_of_the_t_test()
    {
        // Mean 5.5, variance 55/6 of 1..10; t with nine degrees of freedom is 2.262.
        var mean = Estimate.Mean([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], Units.Each(10));
        double half = 2.26216 * Math.Sqrt(55.0 / 6 / 10);
        Assert.Equal((5.5, 10L, 10), (mean.Value, mean.Count, mean.Units));
        Assert.True(Near((5.5 - half, 5.5 + half), (mean.Low, mean.High)));
        Assert.Equal(new Estimate(2, 2, 2, 3, SampleUnit.Observations, 3), Estimate.Mean([2, 2, 2], Units.Each(3)));
        Assert.Equal(0, Estimate.Mean([], Units.Each(0)).Count);
        Assert.Throws<ArgumentException>(() => Estimate.Mean([1, 2], Units.Each(3)));
    }

    [Fact]
    public void A_share_of_independent_observations_is_wilsons() =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[0, 60]).Sample((n, k) =>
    {
        if (k > n) return;
        bool[] holds = [.. Enumerable.Range(0, n).Select(i => i < k)];
        var (one, other) = (Estimate.Share(k, n), Estimate.Share(holds, Units.Each(n)));
        Assert.Equal(one with { Units = n }, other);
    });

    [Fact]
    public void Repeats_of_a_cluster_say_nothing_new() =>
        Gen.Select(Gen.Double[-1, 1].Array[2, 12], Gen.Int[2, 5]).Sample((values, repeats) =>
    {
        double[] many = [.. values.SelectMany(value => Enumerable.Repeat(value, repeats))];
        int[] cluster = [.. values.SelectMany((_, i) => Enumerable.Repeat(i, repeats))];
        var once = Estimate.Mean(values, Units.Each(values.Length));
        foreach (var units in (Units[])[Units.OfCells(cluster), Units.OfText(cluster), Units.Crossed(cluster, cluster)])
        {
            var again = Estimate.Mean(many, units);
            Assert.True(Near3((once.Value, once.Low, once.High), (again.Value, again.Low, again.High)));
            Assert.Equal((many.Length, values.Length, units.Unit), (again.Count, again.Units, again.Unit));
        }
    });

    [Fact]
    public void What_all_cells_share_varies_with_the_text_alone()
    {
        // 30 cells at the same 20 stretches, the number that of the stretch: over cells alone the width was nothing.
        var all = from cell in Enumerable.Range(0, 30) from stretch in Enumerable.Range(0, 20) select (cell, stretch);
        double[] loss = [.. all.Select(each => Math.Sin(each.stretch))];
        var estimate = Estimate.MeanOfCells(
            loss, Units.Crossed(all.Select(each => each.cell), all.Select(each => each.stretch)));
        var ofText = Estimate.Mean([.. Enumerable.Range(0, 20).Select(stretch => Math.Sin(stretch))], Units.Each(20));
        Assert.True(Near3((ofText.Value, ofText.Low, ofText.High), (estimate.Value, estimate.Low, estimate.High)));
        Assert.Equal((30, 20, SampleUnit.CellsAndText), (estimate.Count, estimate.Units, estimate.Unit));
    }

    [Fact]
    public void A_cell_weighs_one_however_often_it_was_seen()
    {
        var mean = Estimate.MeanOfCells([1, 1, 1, 5], Units.Crossed([0, 0, 0, 1], [0, 1, 2, 3]));
        Assert.Equal((3.0, 2L), (mean.Value, mean.Count));
        Assert.Throws<InvalidOperationException>(() => Estimate.MeanOfCells([1], Units.OfText([0])));
        Assert.Throws<ArgumentException>(() => Units.Crossed([0, 1], [0]));
    }

    [Fact]
    public void Shares_never_leave_their_range_and_one_unit_says_nothing() =>
        Gen.Select(Gen.Double[0, 1].Array[1, 20], Gen.Int[1, 6], Gen.Int[0, 9]).Sample((shares, clusters, kind) =>
        {
            double[] extreme = [.. shares.Select(share => kind < 3 ? Math.Round(share) : kind < 5 ? kind - 3 : share)];
            var units = Units.OfText(extreme.Select((_, i) => i % clusters));
            foreach (var estimate in (Estimate[])
            [
                Estimate.MeanShare(extreme, units), Estimate.Share([.. extreme.Select(share => share > 0.5)], units),
                Estimate.Share([.. extreme.Select(share => share / 2)], extreme, units),
                Estimate.ShareOfCells(
                    extreme,
                    Units.Crossed(Enumerable.Range(0, extreme.Length), extreme.Select((_, i) => i % clusters))),
            ])
            {
                if (estimate.Count == 0 && double.IsNaN(estimate.Value)) continue;
                if (estimate.Units < 2)
                {
                    Assert.True(double.IsNaN(estimate.Low) && double.IsNaN(estimate.High));
                    continue;
                }
                Assert.InRange(estimate.Low, 0, estimate.Value + 1e-12);
                Assert.InRange(estimate.High, estimate.Value - 1e-12, 1);
            }
        });

    [Theory]
    [InlineData(0, 1)]          // what neighbouring prefixes share
    [InlineData(1, 0)]          // what a cell is
    [InlineData(0.5, 0.5)]
    [InlineData(0, 0)]
    public void Intervals_hold_what_they_promise_where_cells_and_text_cross(double ofCell, double ofText)
    {
        // 1,000 experiments: 40 cells with 10 triggers each, in 50 stretches of which some are favourites of many
        // cells.
        const int Experiments = 1000, Cells = 40, Each = 10, Stretches = 50;
        var random = new Random(Sampling.Seed(1, "coverage", (int)(10 * ofCell + 100 * ofText)));
        int means = 0, shares = 0, naive = 0;
        double truth = ShareBelow(0.8 / Math.Sqrt(ofCell * ofCell + ofText * ofText + 0.25));
        for (int experiment = 0; experiment < Experiments; experiment++)
        {
            double[] cell = Normal(Cells), stretch = Normal(Stretches), values = new double[Cells * Each];
            int[] cells = new int[values.Length], text = new int[values.Length];
            for (int i = 0; i < values.Length; i++)
            {
                (cells[i], text[i]) = (i / Each, (int)(Stretches * Math.Pow(random.NextDouble(), 1.5)));
                values[i] = ofCell * cell[cells[i]] + ofText * stretch[text[i]] + 0.5 * Normal(1)[0];
            }
            var units = Units.Crossed(cells, text);
            var (mean, share) = (Estimate.MeanOfCells(values, units),
                Estimate.ShareOfCells([.. values.Select(value => value < -0.8 ? 1.0 : 0)], units));
            if (mean.Low <= 0 && 0 <= mean.High) means++;
            if (share.Low <= truth && truth <= share.High) shares++;
            var apart = Estimate.Mean(values, Units.Each(values.Length));
            if (apart.Low <= 0 && 0 <= apart.High) naive++;
        }
        // A coverage of 95 % is counted within 2.1 points (three standard errors). The sum of two variances is more
        // where neither matters, and a share's own variance is uncertain: 92 to 99.9 % is what is promised.
        Assert.InRange(means / (double)Experiments, 0.92, 0.999);
        Assert.InRange(shares / (double)Experiments, 0.92, 0.999);
        if (ofCell + ofText > 0)
            Assert.True(naive < 0.85 * Experiments, $"{naive}: the experiment has no clusters to see");

        double[] Normal(int count) =>
            [
                .. Enumerable.Range(0, count).Select(_ =>
                    Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())),
            ];
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.05)]
    public void Intervals_of_shares_hold_in_texts_whose_sentences_are_alike(double share)
    {
        // Sentences come in documents of unknown borders; a document is more or less given to what is counted.
        const int Experiments = 400, Documents = 120;
        var random = new Random(Sampling.Seed(2, "coverage", (int)(100 * share)));
        int covered = 0, naive = 0;
        for (int experiment = 0; experiment < Experiments; experiment++)
        {
            List<int[]> sentences = [];
            List<bool> holds = [];
            for (int d = 0; d < Documents; d++)
            {
                double given = share * (random.Next(2) == 0 ? 0.2 : 1.8);       // its mean is the share
                for (int s = random.Next(2, 9); s > 0; s--)
                {
                    sentences.Add([1, 2, 3, 4, 5]);
                    for (int t = 0; t < 5; t++) holds.Add(random.NextDouble() < given);
                }
            }
            var text = StudyText.Of(sentences);
            var clustered = Estimate.Share(
                holds, Units.OfText(Enumerable.Range(0, text.Prefixes).Select(i => text.Stretch(text.At(i)))));
            var apart = Estimate.Share(holds.Count(h => h), holds.Count);
            if (clustered.Low <= share && share <= clustered.High) covered++;
            if (apart.Low <= share && share <= apart.High) naive++;
        }
        // 0.95 within three standard errors of 0.011, less a little
        Assert.InRange(covered / (double)Experiments, 0.91, 0.99);
        Assert.True(naive < covered - Experiments / 50, $"{naive} against {covered}");
    }

    [Fact]
    public void Streams_of_different_names_have_nothing_in_common()
    {
        string[] names = ["cells", "halves", "random prefixes", "donors", "cellt"];
        int[] seeds =
        [
            .. from name in names from number in Enumerable.Range(0, 50) select Sampling.Seed(1, name, number),
        ];
        Assert.Equal(seeds.Length, seeds.Distinct().Count());
        foreach (string a in names)
            foreach (string b in names.Where(b => b != a))
            {
                var (one, other) = (new Random(Sampling.Seed(7, a)), new Random(Sampling.Seed(7, b)));
                double product = Enumerable.Range(0, 2000)
                    .Average(_ => (one.NextDouble() - 0.5) * (other.NextDouble() - 0.5));
                // four standard errors of independent ones
                Assert.InRange(product, -4 / 12.0 / Math.Sqrt(2000), 4 / 12.0 / Math.Sqrt(2000));
            }
    }

    [Fact]
    public void Stretches_are_runs_of_sentences_of_about_one_length() => Gen.Int[1, 4000].Sample(count =>
    {
        var text = StudyText.Of(Enumerable.Range(0, count).Select(s => (int[])[s % 7]));
        int[] stretch = [.. Enumerable.Range(0, count).Select(text.Stretch)];
        Assert.Equal(stretch.Order(), stretch);
        Assert.Equal(Enumerable.Range(0, text.Stretches), stretch.Distinct());
        int[] sizes = [.. stretch.CountBy(s => s).Select(s => s.Value)];
        Assert.InRange(sizes.Max() - sizes.Min(), 0, 1);
        Assert.InRange(text.Stretches, Math.Min(count, StudyText.FewestStretches), StudyText.MostStretches);
        if (count >= StudyText.FewestStretches * StudyText.LeastSentences)
            Assert.True(sizes.Min() >= StudyText.LeastSentences);
    });

    // Φ(−x): Abramowitz and Stegun 7.1.26 for erfc, to 1.5e-7.
    private static double ShareBelow(double x)
    {
        double z = x / Math.Sqrt(2), t = 1 / (1 + 0.3275911 * z);
        return 0.5 * t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
            * Math.Exp(-z * z);
    }

    private static bool Near((double, double) a, (double, double) b) =>
        Math.Abs(a.Item1 - b.Item1) < 1e-4 && Math.Abs(a.Item2 - b.Item2) < 1e-4;

    private static bool Near3((double, double, double) a, (double, double, double) b) =>
        Math.Abs(a.Item1 - b.Item1) < 1e-9 && Math.Abs(a.Item2 - b.Item2) < 1e-9 && Math.Abs(a.Item3 - b.Item3) < 1e-9;
}
