using CsCheck;
using Paint.Strokes;

namespace Paint.Tests;

public class StrokeTests
{
    private static readonly Gen<double[]> s_stroke = Gen.Select(
        Gen.Double[0, 1], Gen.Double[0, 1], Gen.Double[0.1, 1], Gen.Double[0.1, 1], Gen.Double[0, 1],
        (x, y, w, h, turn) => new[] { x, y, w, h, turn });

    [Fact]
    public void TheAssignmentIsTheCheapestOfAll() => Gen.Int[1, 4].SelectMany(
        rows => Gen.Int[rows, 5].SelectMany(columns =>
        Gen.Double[-1, 1].Array[rows * columns].Select(costs => (rows, columns, costs)))).Sample(item =>
    {
        var (rows, columns, costs) = item;
        int[] chosen = Assignment.Cheapest(costs, rows, columns);
        Assert.Equal(rows, chosen.Distinct().Count());
        double sum = chosen.Select((column, row) => costs[row * columns + column]).Sum();
        Assert.Equal(BruteForce(costs, rows, columns, 0, 0), sum, 1e-12);
    });

    [Fact]
    public void AStrokeIsTheSameWithItsSidesExchanged() => s_stroke.Sample(numbers =>
    {
        var stroke = Stroke.Of([.. numbers.Select(n => (float)n)]);
        var same = stroke.Canonical();
        Assert.True(same.Width >= same.Height && same.Turn is >= 0 and <= 1);
        foreach (float at in new[] { 0.1f, 0.4f, 0.8f })
            Assert.Equal(Brush.Cover(stroke, at, 0.5f), Brush.Cover(same, at, 0.5f), 1e-3);
    });

    [Fact]
    public void TheWassersteinDistanceAgreesWithMatrixRoots() => Gen.Select(s_stroke, s_stroke).Sample((a, b) =>
    {
        Assert.Equal(ByRoots(a, b), StrokeDistance.Wasserstein(a, b), 1e-7);
        Assert.Equal(0, StrokeDistance.Wasserstein(a, a), 1e-7);
        Assert.Equal(StrokeDistance.Wasserstein(a, b), StrokeDistance.Wasserstein(b, a), 1e-9);
    });

    [Fact]
    public void ThePatchIsPaintedAsItsWholePicture()
    {
        // A stroke in a patch of a large canvas covers what it covers alone.
        var stroke = new Stroke(0.4f, 0.6f, 0.5f, 0.3f, 0.2f);
        Canvas whole = new(64, 64), part = new(16, 16);
        Brush.Paint(whole, stroke, new(1, 1, 1), 32, 16, 16);
        Brush.Paint(part, stroke, new(1, 1, 1), 0, 0, 16);
        Assert.Equal(part.Pixels, whole.Cut(32, 16, 16, 16).Pixels);
        Assert.True(part.Pixels.Max() == 1);
    }

    private static double BruteForce(double[] costs, int rows, int columns, int row, int used)
    {
        if (row == rows) return 0;
        double least = double.PositiveInfinity;
        for (int c = 0; c < columns; c++)
            if ((used >> c & 1) == 0)
                least = Math.Min(
                    least, costs[row * columns + c] + BruteForce(costs, rows, columns, row + 1, used | 1 << c));
        return least;
    }

    // tr (Σ₁^½ Σ₂ Σ₁^½)^½ with the roots of 2 × 2 matrices written out: √M = (M + √det M · I) / √(tr M + 2 √det M).
    private static double ByRoots(double[] a, double[] b)
    {
        var (p, q) = (StrokeDistance.Covariance(a), StrokeDistance.Covariance(b));
        var r = Root(p);
        double[,] rq = { { r.XX * q.XX + r.XY * q.XY, r.XX * q.XY + r.XY * q.YY },
            { r.XY * q.XX + r.YY * q.XY, r.XY * q.XY + r.YY * q.YY } };
        var inner = Root((rq[0, 0] * r.XX + rq[0, 1] * r.XY, rq[0, 0] * r.XY + rq[0, 1] * r.YY,
            rq[1, 0] * r.XY + rq[1, 1] * r.YY));
        return Math.Pow(a[0] - b[0], 2) + Math.Pow(a[1] - b[1], 2) + p.XX + p.YY + q.XX + q.YY
            - 2 * (inner.XX + inner.YY);
    }

    private static (double XX, double XY, double YY) Root((double XX, double XY, double YY) m)
    {
        double s = Math.Sqrt(Math.Max(0, m.XX * m.YY - m.XY * m.XY)), t = Math.Sqrt(m.XX + m.YY + 2 * s);
        return ((m.XX + s) / t, m.XY / t, (m.YY + s) / t);
    }
}
