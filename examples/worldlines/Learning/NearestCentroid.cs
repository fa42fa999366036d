using Worldlines.Digits;

namespace Worldlines.Learning;

/// <summary>The mean picture of each class; a picture belongs to the one that it is closest to.</summary>
public sealed class NearestCentroid
{
    private readonly double[][] _centres;       // [classes][pixels]

    public NearestCentroid(Digit[] examples) =>
        _centres = [.. Enumerable.Range(0, Digit.Classes).Select(c => Mean([.. examples.Where(e => e.Class == c)]))];

    public int Classify(ReadOnlySpan<float> ink)
    {
        int best = 0;
        double least = double.PositiveInfinity;
        for (int c = 0; c < _centres.Length; c++)
        {
            double distance = 0;
            for (int i = 0; i < ink.Length; i++) distance += Math.Pow(ink[i] - _centres[c][i], 2);
            if (distance < least) (least, best) = (distance, c);
        }
        return best;
    }

    private static double[] Mean(Digit[] of) =>
        [.. Enumerable.Range(0, Digit.Pixels).Select(i => of.Average(digit => (double)digit.Ink[i]))];
}
