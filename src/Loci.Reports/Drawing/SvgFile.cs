using System.Text;
using Loci.Reports.Figures;
using Loci.Reports.Pages;
using static Loci.Reports.Pages.MarkupWriter;

namespace Loci.Reports.Drawing;

/// <summary>
/// Scalable Vector Graphics 1.1. A file of its own names its colours and its paper; inside a page the colours are CSS
/// variables, so that the drawing follows the page from light to dark.
/// </summary>
internal static class SvgFile
{
    private const string Font = "Inter, system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

    /// <summary>A whole file.</summary>
    public static string Write(Figure figure, Sheet sheet)
    {
        var markup = new MarkupWriter();
        Write(markup, figure, sheet, Palette.Light, alone: true, kind: null);
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + markup;
    }

    /// <summary>An element of a page.</summary>
    public static void Write(MarkupWriter markup, Figure figure, Sheet sheet, string kind) =>
        Write(markup, figure, sheet, ink => $"var({Palette.Variable(ink)})", alone: false, kind);

    private static void Write(
        MarkupWriter markup, Figure figure, Sheet sheet, Func<Ink, string> colour, bool alone, string? kind)
    {
        string id = $"{figure.Name}{(kind is null ? "" : "-" + kind)}";
        markup.Element("svg", () =>
            {
                markup.Element("title", figure.Title, ("id", $"{id}-title"));
                markup.Element("desc", figure.Description, ("id", $"{id}-desc"));
                if (alone) markup.Empty("rect", ("width", "100%"), ("height", "100%"), ("fill", colour(Ink.Paper)));
                foreach (var mark in sheet.Marks) Write(markup, mark, colour);
            },
            ("xmlns", "http://www.w3.org/2000/svg"), ("class", kind),
            ("viewBox", $"0 0 {Number(sheet.Width)} {Number(sheet.Height)}"),
            ("width", Number(sheet.Width)), ("height", Number(sheet.Height)),
            ("font-family", Font), ("role", "img"), ("aria-labelledby", $"{id}-title {id}-desc"));
    }

    private static void Write(MarkupWriter markup, Mark mark, Func<Ink, string> colour)
    {
        string? kind = mark.Kind.Length > 0 ? mark.Kind : null;
        switch (mark)
        {
            case Box box:
                Shape(markup, mark.Hint, "rect", ("class", kind), ("x", Number(box.X)), ("y", Number(box.Y)),
                    ("width", Number(box.Width)), ("height", Number(box.Height)), ("fill", colour(box.Fill)));
                break;
            case Disc disc:
                Shape(markup, mark.Hint, "circle", ("class", kind), ("cx", Number(disc.X)), ("cy", Number(disc.Y)),
                    ("r", Number(disc.Radius)), ("fill", Paint(disc.Fill)), ("stroke", Paint(disc.Stroke)),
                    ("stroke-width", Number(disc.Width)));
                break;
            case Curve curve:
                bool drawn = curve.Stroke != Ink.None;
                Shape(markup, mark.Hint, "path", ("class", kind), ("d", Data(curve)), ("fill", Paint(curve.Fill)),
                    ("fill-opacity", curve.Opacity < 1 ? Number(curve.Opacity) : null),
                    ("stroke", drawn ? Paint(curve.Stroke) : null),
                    ("stroke-width", drawn ? Number(curve.Width) : null),
                    ("stroke-linejoin", drawn ? "round" : null),
                    ("stroke-dasharray", curve.Dash.Count > 0 ? string.Join(' ', curve.Dash.Select(Number)) : null));
                break;
            case Label label:
                markup.Element("text", label.Text, ("x", Number(label.X)), ("y", Number(label.Y)),
                    ("font-size", Number(label.Size)), ("font-weight", label.Strong ? "600" : null),
                    ("fill", colour(label.Ink)),
                    ("text-anchor", label.Anchor switch { TextAnchor.Start => null, TextAnchor.Middle => "middle", _ =>
                        "end" }));
                break;
        }

        string Paint(Ink ink) => ink == Ink.None ? "none" : colour(ink);
    }

    private static void Shape(
        MarkupWriter markup, string? hint, string name, params ReadOnlySpan<(string, string?)> attributes)
    {
        if (hint is null) markup.Empty(name, attributes);
        else markup.Element(name, () => markup.Element("title", hint), attributes);
    }

    private static string Data(Curve curve)
    {
        var data = new StringBuilder();
        foreach (var line in curve.Lines)
        {
            for (int at = 0; at < line.Length; at++)
                data.Append(at == 0 ? 'M' : 'L').Append(Number(line[at].X)).Append(' ').Append(Number(line[at].Y));
            if (curve.Closed) data.Append('Z');
        }
        return data.ToString();
    }
}
