using Worldlines.Digits;

namespace Worldlines.Learning;

/// <summary>Signals that arrive at one site at one time add up; the energy of the meeting says how well they
/// agree.</summary>
public static class Interference
{
    /// <summary>J, the strength with which two signals that meet interact.</summary>
    public const double Coupling = 1;

    /// <summary>h, the field at the site of the class that is taught; it points along x.</summary>
    public const double Field = 1;

    /// <summary>
    /// The energy of a meeting: Σ over pairs of J sᵢ·sⱼ, divided by the number of signals that meet so that it does not
    /// outgrow the field, and h·Σ sᵢ.
    /// </summary>
    /// <param name="signals">The vectors that arrive.</param>
    /// <param name="field">h.</param>
    public static double Energy(IReadOnlyList<(double X, double Y)> signals, double field)
    {
        double x = signals.Sum(s => s.X), y = signals.Sum(s => s.Y), own = signals.Sum(s => s.X * s.X + s.Y * s.Y);
        return Pairs(x, y, own, signals.Count) + field * x;
    }

    // Σ over pairs of sᵢ·sⱼ = (|Σ sᵢ|² − Σ |sᵢ|²) / 2
    private static double Pairs(double x, double y, double own, double meeting) =>
        Coupling * (x * x + y * y - own) / 2 / Math.Max(1, meeting);

    /// <summary>
    /// The energy of each site for a picture, in the mean over all ways that the signals could take independently:
    /// what the sites read.
    /// </summary>
    /// <param name="map">The routes.</param>
    /// <param name="ink">[8, 8]</param>
    /// <returns>[classes]</returns>
    public static double[] Read(RouteMap map, ReadOnlySpan<float> ink)
    {
        double[] energies = new double[Digit.Classes];
        for (int meeting = 0; meeting < Digit.Classes * RouteMap.Delays; meeting++)
        {
            double x = 0, y = 0, own = 0, signals = 0;
            for (int pixel = 0; pixel < Digit.Pixels; pixel++)
            {
                var (sx, sy) = RouteMap.Signal(ink[pixel]);
                double mx = 0, my = 0;
                for (int turn = 0; turn < RouteMap.Turns; turn++)
                {
                    int way = meeting * RouteMap.Turns + turn;
                    var (sin, cos) = Math.SinCos(RouteMap.Angle(way));
                    double p = map.Of(pixel)[way];
                    signals += p;
                    mx += p * (cos * sx - sin * sy);
                    my += p * (sin * sx + cos * sy);
                }
                x += mx;
                y += my;
                own += mx * mx + my * my;
            }
            energies[meeting / RouteMap.Delays] += Pairs(x, y, own, signals) + Field * x;
        }
        return energies;
    }

    /// <summary>The class whose site reads the most energy.</summary>
    public static int Classify(RouteMap map, ReadOnlySpan<float> ink)
    {
        double[] energies = Read(map, ink);
        return Array.IndexOf(energies, energies.Max());
    }
}
