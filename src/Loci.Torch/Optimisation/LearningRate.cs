namespace Loci.Torch.Optimisation;

/// <summary>
/// A learning rate that rises in a straight line and falls along half a cosine (Loshchilov &amp; Hutter 2017).
/// </summary>
/// <param name="Peak">At the end of the rise.</param>
/// <param name="Lowest">At the last step.</param>
/// <param name="Warmup">Steps of the rise.</param>
/// <param name="Steps">All steps.</param>
public sealed record LearningRate(double Peak, double Lowest, long Warmup, long Steps)
{
    /// <param name="step">From 1.</param>
    public double At(long step) =>
        step <= Warmup ? Peak * step / Warmup
        : Lowest + 0.5 * (Peak - Lowest) * (1 + Math.Cos(Math.PI * (step - Warmup) / Math.Max(1, Steps - Warmup)));
}
