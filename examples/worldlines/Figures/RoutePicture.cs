using System.Text;
using Worldlines.Digits;
using Worldlines.Learning;

namespace Worldlines.Figures;

/// <summary>
/// The routes as they form: a column for each moment, a row for each site; in each, the 64 pixels by what the site has
/// learned to expect of them.
/// </summary>
internal static class RoutePicture
{
    private const int Square = 13, Gap = 26, Left = 58, Top = 62;
    private const int Panel = Square * Digit.Side;

    /// <summary>Draws the routes.</summary>
    /// <param name="moments">The pictures shown so far, and the map at that time.</param>
    public static string Svg(IReadOnlyList<(int Shown, RouteMap Map)> moments)
    {
        int width = Left + moments.Count * (Panel + Gap), height = Top + Digit.Classes * (Panel + Gap) + 14;
        var svg = new StringBuilder();
        Add(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" "
            + $"viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"12\">");
        Add(svg, $"<title>The routes as they form</title><rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>");
        Add(svg, $"<text x=\"{Left}\" y=\"20\">Blue: the site expects ink there. Orange: paper. White: no signal, or "
            + "none that has settled.</text>");
        for (int m = 0; m < moments.Count; m++)
        {
            int x = Left + m * (Panel + Gap);
            Add(svg, $"<text x=\"{x}\" y=\"{Top - 8}\" fill=\"#555\">{moments[m].Shown} pictures shown</text>");
            for (int site = 0; site < Digit.Classes; site++)
            {
                int y = Top + site * (Panel + Gap);
                if (m == 0) Add(svg, $"<text x=\"6\" y=\"{y + Panel / 2}\" fill=\"#555\">site {site}</text>");
                Draw(svg, moments[m].Map, site, x, y);
            }
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static void Draw(StringBuilder svg, RouteMap map, int site, int x, int y)
    {
        for (int pixel = 0; pixel < Digit.Pixels; pixel++)
        {
            double expects = map.Expectation(pixel, site);
            string ink = expects < 0 ? "#1f5fa8" : "#d9822b";
            Add(svg, $"<rect x=\"{x + pixel % Digit.Side * Square}\" y=\"{y + pixel / Digit.Side * Square}\" "
                + $"width=\"{Square}\" height=\"{Square}\" fill=\"{ink}\" fill-opacity=\"{Math.Abs(expects):0.00}\"/>");
        }
        Add(svg, $"<rect x=\"{x}\" y=\"{y}\" width=\"{Panel}\" height=\"{Panel}\" fill=\"none\" stroke=\"#bbb\"/>");
    }

    // The whole program formats numbers as all countries read them (InvariantGlobalization).
    private static void Add(StringBuilder svg, string text) => svg.Append(text).Append('\n');
}
