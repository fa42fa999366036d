using Worldlines.Digits;

namespace Worldlines.Learning;

/// <summary>
/// What is learned: for every pixel a distribution over the ways its signal can take. A way leads to the site of a
/// class, takes some time, and turns the signal. The pixel is the address; the distribution is the stored association.
/// </summary>
public sealed class RouteMap
{
    /// <summary>Turns to choose from, at equal distances around the circle.</summary>
    public const int Turns = 4;

    /// <summary>Times of arrival to choose from: only what arrives together interferes.</summary>
    public const int Delays = 2;

    /// <summary>Ways of each pixel.</summary>
    public const int Ways = Digit.Classes * Delays * Turns;

    /// <summary>A map over probabilities that are there.</summary>
    /// <param name="probabilities">[pixels, sites, delays, turns]; the ways of a pixel sum to 1.</param>
    public RouteMap(float[] probabilities)
    {
        if (probabilities.Length != Digit.Pixels * Ways)
            throw new ArgumentException(
                $"Holds {probabilities.Length} probabilities, {Digit.Pixels * Ways} are needed.",
                nameof(probabilities));
        Probabilities = probabilities;
    }

    /// <summary>[pixels, sites, delays, turns]</summary>
    public float[] Probabilities { get; }

    /// <summary>A map that knows nothing: all ways are alike.</summary>
    public static RouteMap Even()
    {
        float[] probabilities = new float[Digit.Pixels * Ways];
        Array.Fill(probabilities, 1f / Ways);
        return new(probabilities);
    }

    public RouteMap Copy() => new([.. Probabilities]);

    /// <summary>The ways of a pixel. [sites, delays, turns]</summary>
    public Span<float> Of(int pixel) => Probabilities.AsSpan(pixel * Ways, Ways);

    /// <summary>The number of a way.</summary>
    public static int Way(int site, int delay, int turn) => (site * Delays + delay) * Turns + turn;

    /// <summary>Where a way leads: site and time of arrival, as one number.</summary>
    public static int Meeting(int way) => way / Turns;

    /// <summary>The site of a way.</summary>
    public static int Site(int way) => way / (Turns * Delays);

    /// <summary>The angle by which a way turns a signal.</summary>
    public static double Angle(int way) => 2 * Math.PI * (way % Turns) / Turns;

    /// <summary>
    /// The signal of a pixel as it sets out: a unit vector at an angle of π times the ink, so that paper and ink are
    /// opposite, as dipoles are.
    /// </summary>
    public static (double X, double Y) Signal(float ink)
    {
        var (sin, cos) = Math.SinCos(Math.PI * ink);
        return (cos, sin);
    }

    /// <summary>
    /// What the map expects of a pixel at a site: the mean cosine between the arriving signal of bare paper and the
    /// field, times the probability of going there. +: paper, −: ink, 0: it does not go there, or has not settled.
    /// </summary>
    public double Expectation(int pixel, int site)
    {
        double sum = 0;
        for (int delay = 0; delay < Delays; delay++)
            for (int turn = 0; turn < Turns; turn++)
                sum += Of(pixel)[Way(site, delay, turn)] * Math.Cos(2 * Math.PI * turn / Turns);
        return sum;
    }
}
