using Worldlines.Digits;

namespace Worldlines.Learning;

/// <summary>
/// Softmax regression with a penalty of λ/2 ‖W‖², by gradient descent over all examples until it stands still.
/// </summary>
public sealed class LogisticRegression
{
    private const int Inputs = Digit.Pixels + 1, MostSteps = 3000;
    private const double Rate = 0.3, Still = 1e-5;

    private readonly double[] _weights = new double[Digit.Classes * Inputs];        // [classes, pixels + 1]

    /// <param name="examples">At least one.</param>
    /// <param name="penalty">λ.</param>
    public LogisticRegression(Digit[] examples, double penalty = 0.01)
    {
        double[] gradient = new double[_weights.Length];
        for (int step = 0; step < MostSteps; step++)
        {
            Loss(examples, _weights, penalty, gradient);
            double largest = 0;
            for (int i = 0; i < gradient.Length; i++)
            {
                _weights[i] -= Rate * gradient[i];
                largest = Math.Max(largest, Math.Abs(gradient[i]));
            }
            if (largest < Still) break;
        }
    }

    public int Classify(ReadOnlySpan<float> ink)
    {
        Span<double> scores = stackalloc double[Digit.Classes];
        Score(_weights, ink, scores);
        int best = 0;
        for (int c = 1; c < scores.Length; c++)
            if (scores[c] > scores[best]) best = c;
        return best;
    }

    /// <summary>The mean of −log p over the examples, with the penalty; its gradient is overwritten.</summary>
    internal static double Loss(Digit[] examples, double[] weights, double penalty, double[] gradient)
    {
        double loss = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            bool bias = i % Inputs == Digit.Pixels;
            gradient[i] = bias ? 0 : penalty * weights[i];
            loss += bias ? 0 : penalty / 2 * weights[i] * weights[i];
        }
        Span<double> scores = stackalloc double[Digit.Classes];
        foreach (var example in examples)
        {
            Score(weights, example.Ink, scores);
            double most = Math.Max(Math.Max(scores[0], scores[1]), Math.Max(scores[2], scores[3])), sum = 0;
            foreach (double score in scores) sum += Math.Exp(score - most);
            loss -= (scores[example.Class] - most - Math.Log(sum)) / examples.Length;
            for (int c = 0; c < scores.Length; c++)
            {
                double error = (Math.Exp(scores[c] - most) / sum - (c == example.Class ? 1 : 0)) / examples.Length;
                for (int i = 0; i < Digit.Pixels; i++) gradient[c * Inputs + i] += error * example.Ink[i];
                gradient[c * Inputs + Digit.Pixels] += error;
            }
        }
        return loss;
    }

    private static void Score(double[] weights, ReadOnlySpan<float> ink, Span<double> scores)
    {
        for (int c = 0; c < scores.Length; c++)
        {
            double sum = weights[c * Inputs + Digit.Pixels];
            for (int i = 0; i < ink.Length; i++) sum += weights[c * Inputs + i] * ink[i];
            scores[c] = sum;
        }
    }
}
