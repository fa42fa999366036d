using Paint.Strokes;
using Paint.Training;
using static TorchSharp.torch;

namespace Paint.Tests;

/// <summary>The losses in Torch against the same distances in plain arithmetic, and their gradients.</summary>
public class LossTests
{
    private const double Step = 1e-6, GradientTolerance = 1e-6;

    private static readonly double[] s_a = [0.31, 0.62, 0.55, 0.33, 0.21], s_b = [0.47, 0.40, 0.64, 0.27, 0.88];

    [Fact]
    public void TheDistancesAreThoseOfPlainArithmetic()
    {
        using var scope = NewDisposeScope();
        Tensor a = tensor(s_a), b = tensor(s_b);
        Assert.Equal(StrokeDistance.Parameters(s_a, s_b), StrokeLosses.Parameters(a, b).item<double>(), 1e-12);
        Assert.Equal(StrokeDistance.Wasserstein(s_a, s_b), StrokeLosses.Wasserstein(a, b).item<double>(), 1e-12);
    }

    [Fact]
    public void TheGradientsOfTheDistancesAreTheirSlopes()
    {
        Check(StrokeLosses.Parameters, StrokeDistance.Parameters);
        Check(StrokeLosses.Wasserstein, StrokeDistance.Wasserstein);
    }

    [Fact]
    public void TheBrushInTorchIsTheBrush()
    {
        using var scope = NewDisposeScope();
        const int Side = 16;
        var stroke = Stroke.Of([.. s_a.Select(n => (float)n)]);
        var cover = StrokeLosses.Cover(tensor(s_a).view(1, 1, 5), Side);
        for (int y = 0; y < Side; y++)
            for (int x = 0; x < Side; x++)
                Assert.Equal(
                    Brush.Cover(stroke, (x + 0.5f) / Side, (y + 0.5f) / Side), cover[0, 0, y, x].item<double>(), 1e-4);
    }

    [Fact]
    public void TheGradientOfTheBrushIsItsSlope()
    {
        using var scope = NewDisposeScope();
        var weights = rand(1, 1, 16, 16, dtype: float64);
        Tensor Sum(double[] stroke) => (StrokeLosses.Cover(tensor(stroke).view(1, 1, 5), 16) * weights).sum();
        var leaf = tensor(s_a, requires_grad: true);
        (StrokeLosses.Cover(leaf.view(1, 1, 5), 16) * weights).sum().backward();
        for (int i = 0; i < s_a.Length; i++)
        {
            double[] above = [.. s_a], below = [.. s_a];
            (above[i], below[i]) = (s_a[i] + Step, s_a[i] - Step);
            double slope = (Sum(above).item<double>() - Sum(below).item<double>()) / (2 * Step);
            Assert.Equal(slope, leaf.grad![i].item<double>(), 1e-4 * Math.Max(1, Math.Abs(slope)));
        }
    }

    [Fact]
    public void ADecisionPaintsWholeAndLearnsBySigmoid()
    {
        using var scope = NewDisposeScope();
        var canvas = zeros(1, 3, 16, 16, dtype: float64);
        var target = ones(1, 3, 16, 16, dtype: float64);
        var decisions = tensor(new[] { 0.3, -0.2 }, requires_grad: true);
        var strokes = stack([tensor(s_a), tensor(s_b)]).unsqueeze(0);
        var painted = StrokeLosses.Render(canvas, target, strokes, decisions.unsqueeze(0));
        var alone = StrokeLosses.Cover(strokes, 16).select(1, 0);
        Assert.True(painted.select(1, 0).allclose(alone));      // the second is not painted at all
        painted.sum().backward();
        double sigma = 1 / (1 + Math.Exp(-0.3));
        Assert.Equal(3 * alone.sum().item<double>() * sigma * (1 - sigma), decisions.grad![0].item<double>(), 1e-9);
        Assert.NotEqual(0, decisions.grad![1].item<double>());
    }

    private delegate double Distance(ReadOnlySpan<double> a, ReadOnlySpan<double> b);

    private static void Check(Func<Tensor, Tensor, Tensor> loss, Distance plain)
    {
        using var scope = NewDisposeScope();
        var leaf = tensor(s_a, requires_grad: true);
        loss(leaf, tensor(s_b)).backward();
        for (int i = 0; i < s_a.Length; i++)
        {
            double[] above = [.. s_a], below = [.. s_a];
            (above[i], below[i]) = (s_a[i] + Step, s_a[i] - Step);
            Assert.Equal((plain(above, s_b) - plain(below, s_b)) / (2 * Step), leaf.grad![i].item<double>(),
                GradientTolerance);
        }
    }
}
