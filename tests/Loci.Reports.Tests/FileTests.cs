using System.Buffers.Binary;
using System.IO.Compression;
using System.Xml.Linq;
using Loci.Reports.Drawing;
using Loci.Reports.Figures;

namespace Loci.Reports.Tests;

/// <summary>The files of a figure: well formed, of no country, the same every time.</summary>
public sealed class FileTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(48)]
    public void A_drawing_is_well_formed_and_tells_what_it_is(int layers)
    {
        foreach (var figure in Samples.All(layers))
        {
            string svg = SvgFile.Write(figure, Sheet.Draw(figure, 720, heading: true));
            var root = XDocument.Parse(svg).Root!;
            var names = root.Elements().Take(2).ToArray();
            Assert.Equal([figure.Title, figure.Description], names.Select(e => e.Value));
            Assert.Equal(
                string.Join(' ', names.Select(e => e.Attribute("id")!.Value)),
                root.Attribute("aria-labelledby")!.Value);
            Assert.DoesNotContain("NaN", svg);
            Assert.DoesNotContain("Infinity", svg);
            foreach (var place in
                root.Descendants().Attributes()
                    .Where(a => a.Name.LocalName is "x" or "y" or "d" or "cx" or "height" or "viewBox"))
                Assert.DoesNotContain(',', place.Value);
        }
    }

    [Fact]
    public void Text_of_a_figure_cannot_become_markup()
    {
        string svg = SvgFile.Write(
            Samples.Line(4, Samples.Hostile), Sheet.Draw(Samples.Line(4, Samples.Hostile), 720, heading: true));
        var names = XDocument.Parse(svg).Descendants().Select(e => e.Name.LocalName);
        Assert.Subset(
            new HashSet<string> { "svg", "title", "desc", "rect", "path", "circle", "text" }, names.ToHashSet());
    }

    [Fact]
    public void The_same_figure_gives_the_same_bytes()
    {
        foreach (var figure in Samples.All(6))
        {
            Assert.Equal(
                SvgFile.Write(figure, Sheet.Draw(figure, 720, true)),
                SvgFile.Write(figure, Sheet.Draw(figure, 720, true)));
            Assert.Equal(
                PngFile.Write(Sheet.Draw(figure, 400, true), 1), PngFile.Write(Sheet.Draw(figure, 400, true), 1));
        }
    }

    [Fact]
    public void A_picture_decodes_to_the_pixels_drawn()
    {
        var sheet = Sheet.Draw(Samples.Grouped(4), 400, heading: true);
        var (width, height, pixels) = Decode(PngFile.Write(sheet, 1.5));
        Assert.Equal((600, (int)Math.Ceiling(sheet.Height * 1.5)), (width, height));
        Assert.Equal(Raster.Draw(sheet, 1.5).Pixels, pixels);
    }

    [Fact]
    public void A_picture_is_not_blank_and_shows_every_bar()
    {
        var sheet = Sheet.Draw(Samples.Counts(), 720, heading: true);
        var (width, _, pixels) = Decode(PngFile.Write(sheet, 2));
        Assert.Contains(pixels, b => b < 64);
        foreach (var bar in sheet.Marks.OfType<Box>().Where(b => b is { Kind: "bar", Width: > 2, Height: > 2 }))
        {
            int at = ((int)((bar.Y + bar.Height / 2) * 2) * width + (int)((bar.X + bar.Width / 2) * 2)) * 3;
            Assert.Equal("#0072b2", $"#{Convert.ToHexStringLower(pixels.AsSpan(at, 3))}");
        }
    }

    [Fact]
    public void An_area_covers_its_share_of_every_pixel()
    {
        // In the empty margin; of the ink's colours red is 0, so the darkness is the area.
        var plain = Sheet.Draw(Samples.Counts(), 400, heading: true);
        var marked = Sheet.Draw(Samples.Counts(), 400, heading: true);
        marked.Add(
            new Curve(
                [new(0.25, 80.5), new(2.5, 80.5), new(2.5, 81.75), new(0.25, 81.75)],
                closed: true) { Fill = Ink.Series1 });
        double darkness = Raster.Draw(plain, 1).Pixels.Zip(Raster.Draw(marked, 1).Pixels, (a, b) => a - b)
            .Where((_, k) => k % 3 == 0).Sum() / 255.0;
        Assert.Equal(2.25 * 1.25, darkness, 0.02); // rounding to bytes, a pixel at a time
    }

    [Fact]
    public void No_two_colours_of_series_or_text_are_faint_on_their_paper()
    {
        foreach (var palette in new Func<Ink, string>[] { Palette.Light, Palette.Dark })
        {
            for (int s = 0; s < Palette.Series; s++)
                Assert.True(Contrast(palette(Palette.ForSeries(s)), palette(Ink.Paper)) >= 3, $"series {s}");
            Assert.True(Contrast(palette(Ink.Text), palette(Ink.Paper)) >= 7);
            Assert.True(Contrast(palette(Ink.Muted), palette(Ink.Paper)) >= 4.5);
            for (int step = 0; step < Palette.HeatSteps; step++)
                Assert.True(
                    Contrast(palette(HeatMap.TextOn(step)), palette(Palette.ForHeat(step))) >= 4.5, $"shade {step}");
        }
    }

    // Relative luminance and contrast of WCAG 2.
    private static double Contrast(string a, string b)
    {
        var light = new[] { a, b }.Select(colour => Convert.FromHexString(colour[1..])
            .Select(c => c / 255.0).Select(c => c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4))
            .Zip([0.2126, 0.7152, 0.0722], (c, weight) => c * weight).Sum()).Order().ToArray();
        return (light[1] + 0.05) / (light[0] + 0.05);
    }

    private static (int Width, int Height, byte[] Pixels) Decode(byte[] png)
    {
        int width = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)),
            height = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20));
        using var packed = new MemoryStream();
        for (int at = 8; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            if (png.AsSpan(at + 4, 4).SequenceEqual("IDAT"u8)) packed.Write(png, at + 8, length);
            at += length + 12;
        }
        packed.Position = 0;
        using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
        var pixels = new byte[width * height * 3];
        for (int y = 0; y < height; y++)
        {
            Assert.Equal(0, zlib.ReadByte());
            zlib.ReadExactly(pixels.AsSpan(y * width * 3, width * 3));
        }
        return (width, height, pixels);
    }
}
