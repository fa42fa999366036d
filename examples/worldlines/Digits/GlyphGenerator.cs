using Loci.Memory.Numerics;

namespace Worldlines.Digits;

/// <summary>
/// Draws the digits 0 to 3 with a pen of varying width: two ways to write each, slanted, turned, shifted and stretched
/// at random, with noise.
/// </summary>
public static class GlyphGenerator
{
    private const int Fine = 4;                 // samples along the side of a pixel
    private const double Noise = 0.12;

    // Ways to write each digit, as points that the pen joins; x to the right and y down, 0 to 1.
    private static readonly (double X, double Y)[][][] s_ways =
    [
        [Ring(0.28, 0.40), Ring(0.20, 0.38)],
        [[(0.5, 0.1), (0.5, 0.9)], [(0.32, 0.3), (0.52, 0.1), (0.52, 0.9)]],
        [
            [(0.25, 0.28), (0.38, 0.12), (0.62, 0.12), (0.74, 0.3), (0.6, 0.52), (0.25, 0.88), (0.77, 0.88)],
            [(0.25, 0.15), (0.7, 0.15), (0.72, 0.42), (0.3, 0.55), (0.27, 0.87), (0.75, 0.85)],
        ],
        [
            [(0.27, 0.16), (0.6, 0.12), (0.7, 0.3), (0.45, 0.47), (0.72, 0.62), (0.65, 0.84), (0.27, 0.88)],
            [(0.27, 0.12), (0.72, 0.12), (0.45, 0.42), (0.72, 0.6), (0.6, 0.88), (0.27, 0.82)],
        ],
    ];

    /// <summary>Draws digits, the same number of each class.</summary>
    /// <param name="perClass">How many of each.</param>
    /// <param name="seed">The user's seed.</param>
    /// <param name="purpose">Names the stream.</param>
    public static Digit[] Draw(int perClass, int seed, string purpose)
    {
        var random = RandomStream.Of(seed, purpose);
        return [.. Enumerable.Range(0, perClass * Digit.Classes).Select(i => Draw(i % Digit.Classes, random))];
    }

    /// <summary>Draws one digit.</summary>
    public static Digit Draw(int digit, Random random)
    {
        var way = s_ways[digit][random.Next(s_ways[digit].Length)];
        double turn = Spread(random, 0.22), slant = Spread(random, 0.25), width = 0.055 + 0.035 * random.NextDouble();
        double scaleX = 1 + Spread(random, 0.18), scaleY = 1 + Spread(random, 0.12);
        double shiftX = Spread(random, 0.09), shiftY = Spread(random, 0.07);
        var (sin, cos) = Math.SinCos(turn);
        var line = way.Select(point =>
        {
            double x = (point.X - 0.5) * scaleX, y = (point.Y - 0.5) * scaleY;
            x -= slant * y;
            return (X: 0.5 + shiftX + cos * x - sin * y, Y: 0.5 + shiftY + sin * x + cos * y);
        }).ToArray();
        float[] ink = new float[Digit.Pixels];
        for (int i = 0; i < ink.Length; i++)
        {
            int covered = 0;
            for (int sample = 0; sample < Fine * Fine; sample++)
            {
                double x = (i % Digit.Side + (sample % Fine + 0.5) / Fine) / Digit.Side;
                double y = (i / Digit.Side + (sample / Fine + 0.5) / Fine) / Digit.Side;
                if (Near(line, x, y, width)) covered++;
            }
            ink[i] = (float)Math.Clamp((double)covered / (Fine * Fine) + Spread(random, Noise), 0, 1);
        }
        return new(ink, digit);
    }

    private static bool Near((double X, double Y)[] line, double x, double y, double width)
    {
        for (int i = 1; i < line.Length; i++)
        {
            var (from, to) = (line[i - 1], line[i]);
            double dx = to.X - from.X, dy = to.Y - from.Y;
            double at = Math.Clamp(((x - from.X) * dx + (y - from.Y) * dy) / (dx * dx + dy * dy), 0, 1);
            double ex = x - from.X - at * dx, ey = y - from.Y - at * dy;
            if (ex * ex + ey * ey <= width * width) return true;
        }
        return false;
    }

    private static (double, double)[] Ring(double rx, double ry) =>
    [
        .. Enumerable.Range(0, 13).Select(
            i => (0.5 + rx * Math.Cos(i * Math.PI / 6), 0.5 + ry * Math.Sin(i * Math.PI / 6))),
    ];

    // Between −most and most.
    private static double Spread(Random random, double most) => most * (2 * random.NextDouble() - 1);
}
