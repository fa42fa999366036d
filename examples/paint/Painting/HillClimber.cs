using Paint.Strokes;

namespace Paint.Painting;

/// <summary>
/// What the predictor is measured against: for each of its strokes one stroke in the same patch, found by trying. The
/// first try is random; then small changes are kept where they bring the canvas closer to the target.
/// </summary>
internal static class HillClimber
{
    private const float Change = 0.12f;
    private const int Randomly = 4;             // the first share of the tries, 1 in 4, is random

    /// <summary>Paints with as many strokes as a painting has.</summary>
    /// <param name="target">What to paint.</param>
    /// <param name="canvas">Painted on.</param>
    /// <param name="like">Whose strokes give number and patches.</param>
    /// <param name="tries">For each stroke; 1: random strokes.</param>
    /// <param name="random">Of all tries.</param>
    public static void Paint(
        Canvas target, Canvas canvas, IEnumerable<PlacedStroke> like, int tries, Random random)
    {
        foreach (var given in like)
        {
            PlacedStroke? best = null;
            double least = double.PositiveInfinity;
            for (int i = 0; i < tries; i++)
            {
                var stroke = best is { } b && i >= tries / Randomly
                    ? Near(b.Stroke, random) : RandomStrokes.Oblong(random);
                var next = given with
                {
                    Stroke = stroke,
                    Colour = Patches.Paint(target, given.Left, given.Top, given.Side, stroke),
                };
                double gain = Gain(target, canvas, next);
                if (gain < least) (least, best) = (gain, next);
            }
            // A stroke that makes things worse stays unpainted, unless nothing else was tried.
            if (tries == 1 || least < 0) best!.Value.PaintOn(canvas);
        }
    }

    // The change of the summed error; negative is better. Only the part of the canvas that the stroke can reach counts.
    private static double Gain(Canvas target, Canvas canvas, in PlacedStroke stroke)
    {
        int reach = (int)Math.Ceiling((stroke.Stroke.Width + stroke.Stroke.Height) / 2 * stroke.Side) + 1;
        int x = (int)(stroke.Left + stroke.Stroke.X * stroke.Side);
        int y = (int)(stroke.Top + stroke.Stroke.Y * stroke.Side);
        int x0 = Math.Clamp(x - reach, 0, target.Width - 1), y0 = Math.Clamp(y - reach, 0, target.Height - 1);
        int width = Math.Clamp(x + reach, x0 + 1, target.Width) - x0;
        int height = Math.Clamp(y + reach, y0 + 1, target.Height) - y0;
        Canvas wanted = target.Cut(x0, y0, width, height), part = canvas.Cut(x0, y0, width, height);
        double before = part.Distance(wanted);
        (stroke with { Left = stroke.Left - x0, Top = stroke.Top - y0 }).PaintOn(part);
        return (part.Distance(wanted) - before) * width * height;
    }

    private static Stroke Near(in Stroke stroke, Random random)
    {
        float Move() => Change * (2 * random.NextSingle() - 1);
        float turn = stroke.Turn + Move();
        return new Stroke(
            Math.Clamp(stroke.X + Move(), 0, 1), Math.Clamp(stroke.Y + Move(), 0, 1),
            Math.Clamp(stroke.Width + Move(), 0.05f, 1), Math.Clamp(stroke.Height + Move(), 0.05f, 1),
            turn - MathF.Floor(turn)).Canonical();
    }
}
