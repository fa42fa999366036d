using Loci.Studies.Statistics;

namespace Loci.Tests.Studies;

public class CohenKappaTests
{
    /// <summary>
    /// Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, table 18.1: 100 diagnoses
    /// by two raters, κ = 0.676.
    /// </summary>
    private static readonly int[][] s_diagnoses = [[75, 1, 4], [5, 4, 1], [0, 0, 10]];

    [Fact]
    public void Kappa_is_the_published_one()
    {
        var (first, second) = Judgements(s_diagnoses);
        var kappa = Kappa(first, second);
        Assert.Equal(0.89, kappa.Observed, 1e-12);
        Assert.Equal(0.66, kappa.Expected, 1e-12);
        Assert.Equal(0.676, kappa.Kappa.Value, 3);
        Assert.Equal(100, kappa.Kappa.Count);
    }

    [Fact]
    public void Its_interval_is_near_the_bootstraps()
    {
        var (first, second) = Judgements(s_diagnoses.Select(row => row.Select(n => 10 * n).ToArray()).ToArray());
        var random = new Random(1);
        double[] resampled = new double[2000];
        for (int r = 0; r < resampled.Length; r++)
        {
            int[] drawn = [.. first.Select(_ => random.Next(first.Length))];
            resampled[r] = Kappa([.. drawn.Select(i => first[i])], [.. drawn.Select(i => second[i])]).Kappa.Value;
        }
        Array.Sort(resampled);
        var kappa = Kappa(first, second).Kappa;
        // a standard error is 0.028; the bootstrap's own noise 0.002
        Assert.Equal(resampled[50], kappa.Low, 0.01);
        Assert.Equal(resampled[1949], kappa.High, 0.01);
    }

    [Fact]
    public void Perfect_agreement_is_one_independence_nothing_and_one_category_undefined()
    {
        Assert.Equal(1, Kappa([0, 1, 2, 1], [0, 1, 2, 1]).Kappa.Value);
        Assert.Equal(0, Kappa([0, 0, 1, 1], [0, 1, 0, 1]).Kappa.Value, 1e-12);
        Assert.Equal(-1, Kappa([0, 1, 0, 1], [1, 0, 1, 0]).Kappa.Value, 1e-12);
        Assert.True(double.IsNaN(Kappa([3, 3], [3, 3]).Kappa.Value));
        Assert.Equal(0, Kappa([], []).Kappa.Count);
    }

    [Fact]
    public void Judging_the_same_things_again_makes_it_no_surer()
    {
        var (first, second) = Judgements(s_diagnoses);
        var once = Kappa(first, second).Kappa;
        int[] again = [.. Enumerable.Range(0, 9 * first.Length)];
        var many = CohenKappa.Of(
            [.. again.Select(i => first[i % 100])], [.. again.Select(i => second[i % 100])],
            Units.OfCells(again.Select(i => i % 100))).Kappa;
        Assert.Equal(once.High - once.Low, many.High - many.Low, 1e-9);
        Assert.Equal((900, 100), (many.Count, many.Units));
    }

    private static CohenKappa Kappa(int[] first, int[] second) =>
        CohenKappa.Of(first, second, Units.Each(first.Length));

    private static (int[] First, int[] Second) Judgements(int[][] table)
    {
        var all = from a in Enumerable.Range(0, table.Length)
                  from b in Enumerable.Range(0, table.Length)
                  from _ in Enumerable.Range(0, table[a][b])
                  select (a, b);
        return ([.. all.Select(j => j.a)], [.. all.Select(j => j.b)]);
    }
}
