namespace Paint.Strokes;

/// <summary>
/// The renderer, without parameters: an oblong that is opaque inside and fades towards its edges. The paper places the
/// picture of a brush by an affine grid; a brush given by a formula has a derivative everywhere, and any size.
/// </summary>
public static class Brush
{
    /// <summary>The share of half a side over which the brush fades.</summary>
    public const float Fade = 0.3f;

    /// <summary>How far a stroke covers a point of its patch, 0 to 1.</summary>
    public static float Cover(in Stroke stroke, float x, float y)
    {
        var (sin, cos) = MathF.SinCos((float)stroke.Angle);
        return Cover(stroke, x - stroke.X, y - stroke.Y, sin, cos);
    }

    /// <summary>Paints a stroke on a square part of a canvas; what lies beyond the canvas is cut off.</summary>
    /// <param name="canvas">Changed in place.</param>
    /// <param name="stroke">In units of the square; it may reach beyond it.</param>
    /// <param name="colour">Its paint.</param>
    /// <param name="left">The square's left edge, in pixels.</param>
    /// <param name="top">The square's upper edge, in pixels.</param>
    /// <param name="side">The square's side, in pixels.</param>
    public static void Paint(
        Canvas canvas, in Stroke stroke, Colour colour, double left, double top, double side)
    {
        var (sin, cos) = MathF.SinCos((float)stroke.Angle);
        double reachX = (Math.Abs(cos) * stroke.Width + Math.Abs(sin) * stroke.Height) / 2 * side;
        double reachY = (Math.Abs(sin) * stroke.Width + Math.Abs(cos) * stroke.Height) / 2 * side;
        double centreX = left + stroke.X * side, centreY = top + stroke.Y * side;
        int x0 = Math.Max(0, (int)Math.Floor(centreX - reachX)), y0 = Math.Max(0, (int)Math.Floor(centreY - reachY));
        int x1 = Math.Min(canvas.Width - 1, (int)Math.Ceiling(centreX + reachX));
        int y1 = Math.Min(canvas.Height - 1, (int)Math.Ceiling(centreY + reachY));
        int plane = canvas.Width * canvas.Height;
        float[] pixels = canvas.Pixels;
        for (int y = y0; y <= y1; y++)
            for (int x = x0; x <= x1; x++)
            {
                float cover = Cover(stroke, (float)((x + 0.5 - centreX) / side), (float)((y + 0.5 - centreY) / side),
                    sin, cos);
                if (cover == 0) continue;
                int at = y * canvas.Width + x;
                pixels[at] += cover * (colour.Red - pixels[at]);
                pixels[plane + at] += cover * (colour.Green - pixels[plane + at]);
                pixels[2 * plane + at] += cover * (colour.Blue - pixels[2 * plane + at]);
            }
    }

    private static float Cover(in Stroke stroke, float dx, float dy, float sin, float cos)
    {
        float u = Math.Abs(cos * dx + sin * dy) * 2 / stroke.Width;
        float v = Math.Abs(cos * dy - sin * dx) * 2 / stroke.Height;
        return Math.Clamp((1 - u) / Fade, 0, 1) * Math.Clamp((1 - v) / Fade, 0, 1);
    }
}
