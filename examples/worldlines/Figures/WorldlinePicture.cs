using System.Text;
using Worldlines.Digits;
using Worldlines.Learning;

namespace Worldlines.Figures;

/// <summary>
/// One picture's signals in space and time: pixels below, the sites above at their two times of arrival, a line for
/// every way that is likely, as strong as it is probable. Blue helps the site towards its field, red works against it.
/// </summary>
internal static class WorldlinePicture
{
    private const int Width = 700, Height = 380, Bottom = 330, Step = 10, Left = 30;
    private const double Likely = 0.15;

    /// <summary>Draws the worldlines of a picture.</summary>
    public static string Svg(RouteMap map, Digit digit)
    {
        var svg = new StringBuilder();
        Add(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{Height}\" "
            + $"viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">");
        Add(svg, $"<title>Worldlines of a picture of the digit {digit.Class}</title>");
        Add(svg, $"<rect width=\"{Width}\" height=\"{Height}\" fill=\"#fff\"/>");
        double[] energies = Interference.Read(map, digit.Ink);
        for (int pixel = 0; pixel < Digit.Pixels; pixel++)
        {
            int x = Left + pixel * Step;
            int shade = (int)(255 - 215 * digit.Ink[pixel]);
            Add(svg, $"<rect x=\"{x}\" y=\"{Bottom}\" width=\"{Step - 1}\" height=\"12\" "
                + $"fill=\"rgb({shade},{shade},{shade})\" stroke=\"#bbb\" stroke-width=\"0.5\"/>");
            for (int way = 0; way < RouteMap.Ways; way++)
            {
                double p = map.Of(pixel)[way];
                if (p < Likely) continue;
                double along = Math.Cos(Math.PI * digit.Ink[pixel] + RouteMap.Angle(way));
                var (toX, toY) = Place(RouteMap.Meeting(way));
                string ink = along >= 0 ? "#1f5fa8" : "#c03a2b";
                Add(svg, $"<line x1=\"{x + Step / 2}\" y1=\"{Bottom}\" x2=\"{toX}\" y2=\"{toY}\" stroke=\"{ink}\" "
                    + $"stroke-opacity=\"{p * Math.Abs(along):0.00}\" stroke-width=\"1.4\"/>");
            }
        }
        for (int meeting = 0; meeting < Digit.Classes * RouteMap.Delays; meeting++)
        {
            var (x, y) = Place(meeting);
            Add(svg, $"<circle cx=\"{x}\" cy=\"{y}\" r=\"4\" fill=\"#222\"/>");
        }
        for (int site = 0; site < Digit.Classes; site++)
        {
            int x = Place(site * RouteMap.Delays).X;
            Add(svg, $"<text x=\"{x}\" y=\"24\" text-anchor=\"middle\">"
                + $"site {site}: energy {energies[site]:0.0}</text>");
        }
        Add(svg, $"<text x=\"{Left}\" y=\"{Bottom + 32}\" fill=\"#555\">"
            + "the 64 pixels, row by row; time runs upwards</text>");
        return svg.Append("</svg>\n").ToString();
    }

    // Sites side by side; the later meeting stands higher.
    private static (int X, int Y) Place(int meeting) =>
        (Left + 80 + meeting / RouteMap.Delays * 160, 130 - meeting % RouteMap.Delays * 80);

    // The whole program formats numbers as all countries read them (InvariantGlobalization).
    private static void Add(StringBuilder svg, string text) => svg.Append(text).Append('\n');
}
