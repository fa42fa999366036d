using Loci.BuiltIn;
using Loci.Editing;

namespace Loci.Tests.Editing;

public class ValueLossTests
{
    // Of the slope: float32 losses a step apart carry rounding, and the curve bends within it.
    private const double Tolerance = 0.02;
    private const double Step = 0.01; // of the stream's length

    [Theory, InlineData("demo"), InlineData("demo-gated"), InlineData("demo-delta")]
    public void The_gradient_is_the_slope_of_the_loss(string name)
    {
        using var model = BuiltInModels.Open(name);
        var request = new EditRequest("The capital of Norvia is", "Norvia", " Tarsbridge");
        var place = SubjectPlace.Of(model, request);
        var settings = new EditSettings();
        int[][] beginnings = EditContexts.Sample(model, 2, settings.ContextLength, settings.Seed);
        using var loss = ValueLoss.Of(
            model, EditContexts.Texts(model, place, beginnings), place, request, 0, settings, default);
        double[] gradient = new double[model.Spec.Width], scratch = new double[model.Spec.Width];
        double[] delta = new double[model.Spec.Width];
        delta[3] = 0.1 * loss.StreamNorm; // away from zero, where decay and divergence have no slope
        var (value, likelihood) = loss.Evaluate(delta, gradient);
        Assert.True(value > likelihood && likelihood > 0);

        double length = Vectors.Norm(gradient), h = Step * loss.StreamNorm / 2;
        double Along(double step) => loss.Evaluate(
            [.. delta.Select((x, i) => x + step * gradient[i] / length)], scratch).Loss;
        Assert.Equal(length, (Along(h) - Along(-h)) / (2 * h), Tolerance * length);
    }
}
