using Paint.Strokes;

namespace Paint.Pictures;

/// <summary>Five pictures of our own making, given by formulas: nothing that the training has seen.</summary>
public static class OwnPictures
{
    /// <summary>Names and pictures.</summary>
    /// <param name="side">Pixels across and down.</param>
    public static IEnumerable<(string Name, Canvas Picture)> All(int side) =>
    [
        ("hills", Draw(side, Hills)), ("still-life", Draw(side, StillLife)), ("flower", Draw(side, Flower)),
        ("sea", Draw(side, Sea)), ("mandelbrot", Draw(side, Mandelbrot)),
    ];

    private static Canvas Draw(int side, Func<float, float, Colour> at)
    {
        var canvas = new Canvas(side, side);
        for (int y = 0; y < side; y++)
            for (int x = 0; x < side; x++) canvas[x, y] = at((x + 0.5f) / side, (y + 0.5f) / side);
        return canvas;
    }

    // A sunset behind three rows of hills.
    private static Colour Hills(float x, float y)
    {
        var sky = Mix(new(0.20f, 0.25f, 0.50f), new(0.98f, 0.65f, 0.35f), y / 0.6f);
        float sun = MathF.Sqrt((x - 0.65f) * (x - 0.65f) + (y - 0.42f) * (y - 0.42f));
        var colour = Mix(new(1, 0.93f, 0.7f), sky, (sun - 0.07f) * 20);
        for (int row = 0; row < 3; row++)
        {
            float edge = 0.52f + 0.14f * row + 0.06f * MathF.Sin(x * (6 + 3 * row) + 2 * row)
                + 0.03f * MathF.Sin(x * 17 + row);
            if (y > edge) colour = Mix(new(0.35f, 0.35f, 0.45f), new(0.07f, 0.16f, 0.12f), row / 2f);
        }
        return colour;
    }

    // Three lit balls on a table.
    private static Colour StillLife(float x, float y)
    {
        var colour = y < 0.55f
            ? Mix(new(0.55f, 0.50f, 0.42f), new(0.35f, 0.30f, 0.28f), x)
            : Mix(new(0.50f, 0.32f, 0.20f), new(0.30f, 0.18f, 0.12f), (y - 0.55f) * 2);
        ReadOnlySpan<(float X, float Y, float R, Colour Colour)> balls =
        [
            (0.36f, 0.52f, 0.20f, new(0.80f, 0.20f, 0.15f)), (0.68f, 0.58f, 0.15f, new(0.90f, 0.72f, 0.18f)),
            (0.50f, 0.72f, 0.11f, new(0.35f, 0.60f, 0.25f)),
        ];
        foreach (var ball in balls)
        {
            float dx = (x - ball.X) / ball.R, dy = (y - ball.Y) / ball.R, inside = dx * dx + dy * dy;
            float shadowX = dx - 0.3f, shadowY = (dy - 0.95f) * 4;
            if (shadowX * shadowX + shadowY * shadowY < 1) colour = Mix(colour, new(0.1f, 0.07f, 0.05f), 0.6f);
            if (inside >= 1) continue;
            float light = Math.Max(0, -0.5f * dx - 0.6f * dy + 0.62f * MathF.Sqrt(1 - inside));
            colour = Mix(
                Mix(new(0.08f, 0.05f, 0.05f), ball.Colour, 0.25f + light), new(1, 1, 0.95f), MathF.Pow(light, 18));
        }
        return colour;
    }

    private static Colour Flower(float x, float y)
    {
        float dx = x - 0.5f, dy = y - 0.42f, r = MathF.Sqrt(dx * dx + dy * dy), a = MathF.Atan2(dy, dx);
        if (r < 0.09f) return Mix(new(0.95f, 0.80f, 0.20f), new(0.55f, 0.30f, 0.10f), r / 0.09f);
        float petal = 0.20f + 0.12f * MathF.Cos(7 * a);
        if (r < petal) return Mix(new(0.95f, 0.90f, 0.97f), new(0.75f, 0.25f, 0.55f), r / petal);
        float stem = 0.5f + 0.05f * MathF.Sin(6 * y);
        if (y > 0.5f && Math.Abs(x - stem) < 0.018f) return new(0.15f, 0.40f, 0.12f);
        return Mix(new(0.75f, 0.88f, 0.92f), new(0.45f, 0.65f, 0.40f), y + 0.1f * MathF.Sin(9 * x));
    }

    private static Colour Sea(float x, float y)
    {
        if (y < 0.35f)
        {
            float cloud = MathF.Sin(7 * x + 3 * MathF.Sin(5 * y)) * MathF.Sin(12 * y + 2 * x);
            return Mix(new(0.45f, 0.65f, 0.88f), new(0.96f, 0.96f, 0.95f), cloud * 1.4f);
        }
        float mast = Math.Abs(x - 0.34f), sail = (y - 0.18f) / 0.25f;
        if (y < 0.44f && x > 0.34f && x < 0.34f + 0.16f * sail) return new(0.97f, 0.95f, 0.88f);
        if (y is > 0.45f and < 0.50f && mast < 0.13f - (y - 0.45f)) return new(0.45f, 0.15f, 0.10f);
        float wave = MathF.Sin(40 * (y - 0.35f) * (y + 0.4f) + 3 * MathF.Sin(6 * x));
        return Mix(
            Mix(new(0.30f, 0.55f, 0.65f), new(0.04f, 0.20f, 0.33f), (y - 0.35f) * 1.5f), new(0.80f, 0.90f, 0.92f),
            MathF.Pow(Math.Max(0, wave), 6) * 0.6f);
    }

    private static Colour Mandelbrot(float x, float y)
    {
        double re = -2.1 + 2.8 * x, im = -1.4 + 2.8 * y, zr = 0, zi = 0;
        int n = 0;
        for (; n < 60 && zr * zr + zi * zi < 16; n++) (zr, zi) = (zr * zr - zi * zi + re, 2 * zr * zi + im);
        if (n == 60) return new(0.05f, 0.04f, 0.10f);
        float t = MathF.Log(1 + n) / MathF.Log(60);
        return t < 0.5f ? Mix(new(0.10f, 0.15f, 0.40f), new(0.95f, 0.75f, 0.35f), 2 * t)
            : Mix(new(0.95f, 0.75f, 0.35f), new(0.98f, 0.97f, 0.92f), 2 * t - 1);
    }

    private static Colour Mix(Colour a, Colour b, float share)
    {
        float s = Math.Clamp(share, 0, 1);
        return new(a.Red + s * (b.Red - a.Red), a.Green + s * (b.Green - a.Green), a.Blue + s * (b.Blue - a.Blue));
    }
}
