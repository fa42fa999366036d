using Paint.Model;
using Paint.Strokes;

namespace Paint.Painting;

/// <summary>Square parts of a picture, shrunk to what the predictor looks at.</summary>
internal static class Patches
{
    private const int Patch = PredictorShape.Patch;

    /// <summary>Numbers of a patch.</summary>
    public const int Size = 3 * Patch * Patch;

    /// <summary>
    /// A patch of 16 × 16 pixels, each the mean of what it stands for. Beyond the picture its last pixels go on.
    /// </summary>
    /// <param name="picture">The whole.</param>
    /// <param name="left">In pixels.</param>
    /// <param name="top">In pixels.</param>
    /// <param name="side">In pixels, a multiple of 16.</param>
    /// <param name="patch">[3, 16, 16], overwritten.</param>
    public static void Shrink(Canvas picture, int left, int top, int side, Span<float> patch)
    {
        for (int y = 0; y < Patch; y++)
            for (int x = 0; x < Patch; x++)
            {
                var colour = Mean(picture, left, top, side, x, y);
                int at = y * Patch + x;
                (patch[at], patch[Patch * Patch + at], patch[2 * Patch * Patch + at]) =
                    (colour.Red, colour.Green, colour.Blue);
            }
    }

    /// <summary>The paint of a stroke: the patch's colour at its centre.</summary>
    public static Colour Paint(Canvas picture, int left, int top, int side, in Stroke stroke) => Mean(
        picture, left, top, side, Math.Clamp((int)(stroke.X * Patch), 0, Patch - 1),
        Math.Clamp((int)(stroke.Y * Patch), 0, Patch - 1));

    private static Colour Mean(Canvas picture, int left, int top, int side, int x, int y)
    {
        int block = side / Patch;
        float red = 0, green = 0, blue = 0;
        for (int i = 0; i < block * block; i++)
        {
            var colour = picture[
                Math.Min(left + x * block + i % block, picture.Width - 1),
                Math.Min(top + y * block + i / block, picture.Height - 1)];
            (red, green, blue) = (red + colour.Red, green + colour.Green, blue + colour.Blue);
        }
        float share = 1f / (block * block);
        return new(red * share, green * share, blue * share);
    }
}
