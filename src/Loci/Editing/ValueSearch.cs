using Loci.Models;

namespace Loci.Editing;

/// <summary>
/// v*: what the edited place must add to the stream for the model to say the target, found by gradient steps (Meng et
/// al. 2022, eq. 4): the mean negative log likelihood of the target over the contexts, a divergence that keeps
/// «{subject} is a» as it was, and a decay; Adam, then the projection onto a ball.
/// </summary>
internal static class ValueSearch
{
    private const double First = 0.9, Second = 0.999, Small = 1e-8; // Adam's

    /// <summary>δ, to be added to what the layer's cells give at the subject's last token. [width]</summary>
    public static double[] Find(
        Model model, IReadOnlyList<EditText> texts, SubjectPlace place, EditRequest request, int layer,
        EditSettings settings, Compute compute)
    {
        using var loss = ValueLoss.Of(model, texts, place, request, layer, settings, compute);
        int width = model.Spec.Width;
        double[] delta = new double[width], gradient = new double[width], mean = new double[width],
            square = new double[width], best = delta;
        double least = double.PositiveInfinity;
        // A step of Adam moves every coordinate by its rate: this much is a share of the stream's length.
        double rate = settings.Rate * loss.StreamNorm / Math.Sqrt(width), most = settings.Clamp * loss.StreamNorm;
        for (int step = 1; step <= settings.Steps + 1; step++)
        {
            compute.Cancellation.ThrowIfCancellationRequested();
            var (value, likelihood) = loss.Evaluate(delta, gradient);
            if (value < least) (least, best) = (value, [.. delta]);
            if (likelihood < settings.Enough || step > settings.Steps) break;
            for (int i = 0; i < width; i++)
            {
                mean[i] = First * mean[i] + (1 - First) * gradient[i];
                square[i] = Second * square[i] + (1 - Second) * gradient[i] * gradient[i];
                double m = mean[i] / (1 - Math.Pow(First, step)), v = square[i] / (1 - Math.Pow(Second, step));
                delta[i] -= rate * m / (Math.Sqrt(v) + Small);
            }
            double norm = Vectors.Norm(delta);
            if (norm > most)
                for (int i = 0; i < width; i++) delta[i] *= most / norm;
        }
        return best;
    }
}
