using System.Globalization;
using System.Text;
using System.Text.Json;
using Paint.Painting;
using Paint.Strokes;

namespace Paint.Files;

/// <summary>Strokes as vectors, still or one after the other, and as JSON.</summary>
public static class StrokeFiles
{
    private const double Seconds = 12, Appearing = 0.15;

    /// <summary>
    /// A painting as SVG: each stroke an oblong with its edge where the brush covers half. The soft edges of the
    /// rendered picture are lost.
    /// </summary>
    /// <param name="painting">The strokes.</param>
    /// <param name="animated">They appear one after the other, in twelve seconds.</param>
    public static string Svg(StrokePainting painting, bool animated)
    {
        var svg = new StringBuilder();
        Add(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {painting.Width} {painting.Height}\" ");
        Add(svg, $"width=\"{painting.Width}\" height=\"{painting.Height}\">\n");
        if (animated)
        {
            Add(svg, $"<style>rect.s{{opacity:0;animation:a {Appearing}s forwards}}");
            Add(svg, $"@keyframes a{{to{{opacity:1}}}}</style>\n");
        }
        Add(svg, $"<rect width=\"{painting.Width}\" height=\"{painting.Height}\" fill=\"{painting.Ground.Hex}\"/>\n");
        for (int i = 0; i < painting.Strokes.Count; i++)
        {
            var placed = painting.Strokes[i];
            var stroke = placed.Stroke;
            double half = 1 - Brush.Fade / 2, width = stroke.Width * half * placed.Side;
            double height = stroke.Height * half * placed.Side, round = Brush.Fade / 2 * Math.Min(width, height);
            double x = placed.Left + stroke.X * placed.Side, y = placed.Top + stroke.Y * placed.Side;
            Add(svg, $"<rect x=\"{-width / 2:0.##}\" y=\"{-height / 2:0.##}\" width=\"{width:0.##}\" ");
            Add(svg, $"height=\"{height:0.##}\" rx=\"{round:0.##}\" fill=\"{placed.Colour.Hex}\" ");
            Add(svg, $"transform=\"translate({x:0.##} {y:0.##}) rotate({180 * stroke.Turn:0.#})\"");
            if (animated)
                Add(svg, $" class=\"s\" style=\"animation-delay:{Seconds * i / painting.Strokes.Count:0.###}s\"");
            Add(svg, $"/>\n");
        }
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>A painting as JSON: lengths and places in pixels, angles in degrees.</summary>
    public static string Json(StrokePainting painting)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new() { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("width", painting.Width);
            json.WriteNumber("height", painting.Height);
            json.WriteString("ground", painting.Ground.Hex);
            json.WriteStartArray("strokes");
            foreach (var placed in painting.Strokes) Write(json, placed);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }

    private static void Write(Utf8JsonWriter json, in PlacedStroke placed)
    {
        json.WriteStartObject();
        json.WriteNumber("layer", placed.Layer);
        json.WriteNumber("x", Rounded(placed.Left + placed.Stroke.X * placed.Side));
        json.WriteNumber("y", Rounded(placed.Top + placed.Stroke.Y * placed.Side));
        json.WriteNumber("width", Rounded(placed.Stroke.Width * placed.Side));
        json.WriteNumber("height", Rounded(placed.Stroke.Height * placed.Side));
        json.WriteNumber("angle", Rounded(180 * placed.Stroke.Turn));
        json.WriteString("colour", placed.Colour.Hex);
        json.WriteEndObject();
    }

    private static double Rounded(double value) => Math.Round(value, 3);

    private static void Add(StringBuilder svg, FormattableString text) =>
        svg.Append(text.ToString(CultureInfo.InvariantCulture));
}
