using System.Globalization;

namespace Loci.Reports.Drawing;

/// <summary>
/// The outlines and advances of the letters, from Inter (SIL Open Font License 1.1), embedded so that a figure has the
/// same size and the same pixels on every machine. Characters it lacks measure and draw as □.
/// </summary>
internal sealed class Typeface
{
    private const int Steps = 6;
    private readonly Dictionary<int, Glyph> _glyphs = [];

    private static readonly (Typeface Regular, Typeface Strong) s_faces = Read();

    private sealed record Glyph(double Advance, Spot[][] Outline);

    private static Typeface Face(bool strong) => strong ? s_faces.Strong : s_faces.Regular;

    /// <summary>Width of a line of text in pixels.</summary>
    public static double Measure(string text, double size, bool strong = false)
    {
        var face = Face(strong);
        return text.EnumerateRunes().Sum(rune => face.Of(rune.Value).Advance) * size / 1000;
    }

    /// <summary>The outlines of a line of text: closed lines, of which the inner run the other way round.</summary>
    public static List<Spot[]> Outline(string text, double x, double y, double size, bool strong)
    {
        var face = Face(strong);
        var outline = new List<Spot[]>();
        double scale = size / 1000;
        foreach (var rune in text.EnumerateRunes())
        {
            var glyph = face.Of(rune.Value);
            foreach (var line in glyph.Outline)
                outline.Add([.. line.Select(spot => new Spot(x + spot.X * scale, y + spot.Y * scale))]);
            x += glyph.Advance * scale;
        }
        return outline;
    }

    /// <summary>Breaks text at spaces into lines of at most a width; a longer word stands alone.</summary>
    public static IEnumerable<string> Wrap(string text, double size, bool strong, double width)
    {
        string line = "";
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length > 0 && Measure(longer, size, strong) > width)
            {
                yield return line;
                longer = word;
            }
            line = longer;
        }
        if (line.Length > 0) yield return line;
    }

    /// <summary>Text cut to a width, with … where something is missing.</summary>
    public static string Fit(string text, double size, double width)
    {
        if (Measure(text, size) <= width) return text;
        var runes = text.EnumerateRunes().ToArray();
        for (int count = runes.Length - 1; count > 0; count--)
        {
            string shorter = string.Concat(runes.Take(count)).TrimEnd() + "…";
            if (Measure(shorter, size) <= width) return shorter;
        }
        return "…";
    }

    private Glyph Of(int character) => _glyphs.TryGetValue(character, out var glyph) ? glyph : _glyphs['□'];

    private static (Typeface, Typeface) Read()
    {
        var faces = new List<Typeface>();
        using var reader = new StreamReader(typeof(Typeface).Assembly.GetManifestResourceStream("typeface.txt")!);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
            {
                faces.Add(new());
                continue;
            }
            var parts = line.Split(' ', 3);
            faces[^1]._glyphs[int.Parse(parts[0], NumberStyles.HexNumber)] =
                new(int.Parse(parts[1], CultureInfo.InvariantCulture), parts.Length == 3 ? [.. Flatten(parts[2])] : []);
        }
        return (faces[0], faces[1]);
    }

    // "M0 0L5 5C1 2 3 4 5 6Z": curves become short lines, which at the sizes of a figure nobody can tell from them.
    private static IEnumerable<Spot[]> Flatten(string outline)
    {
        foreach (string contour in outline.Split('Z', StringSplitOptions.RemoveEmptyEntries))
        {
            var spots = new List<Spot>();
            for (int at = 0; at < contour.Length;)
            {
                int end = contour.AsSpan(at + 1).IndexOfAny('L', 'C') is var found and >= 0
                    ? at + 1 + found
                    : contour.Length;
                var n = contour[(at + 1)..end].Split(' ')
                    .Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
                if (contour[at] != 'C') spots.Add(new(n[0], n[1]));
                else
                {
                    var from = spots[^1];
                    for (int step = 1; step <= Steps; step++)
                        spots.Add(
                            Bezier(from, new(n[0], n[1]), new(n[2], n[3]), new(n[4], n[5]), step / (double)Steps));
                }
                at = end;
            }
            yield return [.. spots];
        }
    }

    private static Spot Bezier(Spot a, Spot b, Spot c, Spot d, double t)
    {
        double u = 1 - t;
        double wa = u * u * u, wb = 3 * u * u * t, wc = 3 * u * t * t, wd = t * t * t;
        return new(wa * a.X + wb * b.X + wc * c.X + wd * d.X, wa * a.Y + wb * b.Y + wc * c.Y + wd * d.Y);
    }
}
