using Loci.Memory.Numerics;

namespace Paint.Strokes;

/// <summary>
/// What the network learns from, and is measured on: no pictures, but random strokes. Some are painted on a canvas,
/// which is cut into four patches; on each patch come some more, and these are what is to be found.
/// </summary>
public static class RandomStrokes
{
    private const int Background = 8;
    private const float Smallest = 0.2f, Largest = 0.7f;
    private const double Present = 0.75, Covered = 0.75;

    /// <summary>Examples of one purpose.</summary>
    /// <param name="count">How many, a multiple of 4.</param>
    /// <param name="patch">Pixels along the side of a patch.</param>
    /// <param name="strokes">Most strokes to be found in each.</param>
    /// <param name="seed">The user's seed.</param>
    /// <param name="purpose">Names the stream: what is held out comes from another one than what is
    /// learned from.</param>
    /// <param name="part">Which batch of the stream.</param>
    public static StrokeExample[] Draw(int count, int patch, int strokes, int seed, string purpose, int part)
    {
        var random = RandomStream.Of(seed, purpose, part);
        var examples = new StrokeExample[count];
        for (int at = 0; at < count; at += 4)
        {
            var ground = Canvas.Filled(2 * patch, 2 * patch, Paint(random));
            for (int i = 0; i < Background; i++) Brush.Paint(ground, Oblong(random), Paint(random), 0, 0, 2 * patch);
            for (int quarter = 0; quarter < 4 && at + quarter < count; quarter++)
                examples[at + quarter] = Example(
                    random, ground.Cut(quarter % 2 * patch, quarter / 2 * patch, patch, patch), strokes);
        }
        return examples;
    }

    /// <summary>A stroke anywhere, of any size and angle that training sees.</summary>
    public static Stroke Oblong(Random random) => new Stroke(
        random.NextSingle(), random.NextSingle(), Side(random), Side(random), random.NextSingle()).Canonical();

    private static StrokeExample Example(Random random, Canvas canvas, int strokes)
    {
        var drawn = new List<(Stroke Stroke, Colour Colour)>();
        for (int i = 0; i < strokes; i++)
        {
            var next = (Oblong(random), Paint(random));
            if (random.NextDouble() >= Present) continue;
            // What a later stroke hides cannot be asked for.
            drawn.RemoveAll(earlier => Hidden(earlier.Stroke, next.Item1, canvas.Width) > Covered);
            drawn.Add(next);
        }
        var target = canvas.Copy();
        foreach (var (stroke, colour) in drawn) Brush.Paint(target, stroke, colour, 0, 0, canvas.Width);
        return new(canvas, target, [.. drawn.Select(item => item.Stroke)]);
    }

    // The share of a stroke, as far as it lies on the patch, that another one covers.
    private static double Hidden(in Stroke earlier, in Stroke later, int patch)
    {
        double all = 0, both = 0;
        for (int y = 0; y < patch; y++)
            for (int x = 0; x < patch; x++)
            {
                float px = (x + 0.5f) / patch, py = (y + 0.5f) / patch, cover = Brush.Cover(earlier, px, py);
                all += cover;
                if (cover > 0) both += cover * Brush.Cover(later, px, py);
            }
        return all == 0 ? 1 : both / all;
    }

    private static float Side(Random random) => Smallest + (Largest - Smallest) * random.NextSingle();

    private static Colour Paint(Random random) => new(random.NextSingle(), random.NextSingle(), random.NextSingle());
}

/// <summary>A patch, what it is to become, and the strokes that make it so.</summary>
/// <param name="Canvas">What is there.</param>
/// <param name="Target">What is to be there.</param>
/// <param name="Strokes">In the order in which they were painted; none at all is possible.</param>
public sealed record StrokeExample(Canvas Canvas, Canvas Target, Stroke[] Strokes);
