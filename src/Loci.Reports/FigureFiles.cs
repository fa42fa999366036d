using System.Text;
using Loci.Reports.Drawing;
using Loci.Reports.Figures;

namespace Loci.Reports;

/// <summary>A figure as two files: vectors for pages, pixels for everything else.</summary>
public static class FigureFiles
{
    private const double Width = 720, Scale = 2;

    /// <summary>
    /// Writes <c>STEM.svg</c> and <c>STEM.png</c> with the title above the figure; each file
    /// appears whole or not at all.
    /// </summary>
    /// <param name="figure">What to draw.</param>
    /// <param name="stem">Path without extension, in a folder that exists.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Save(Figure figure, string stem)
    {
        var sheet = Sheet.Draw(figure, Width, heading: true);
        AtomicFile.Write(stem + ".svg", Encoding.UTF8.GetBytes(SvgFile.Write(figure, sheet)));
        AtomicFile.Write(stem + ".png", PngFile.Write(sheet, Scale));
    }
}
