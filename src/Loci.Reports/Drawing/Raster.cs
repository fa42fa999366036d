namespace Loci.Reports.Drawing;

/// <summary>
/// A sheet as pixels. An area is filled by the exact share of each pixel that it covers (signed areas accumulated
/// along the edges, as font rasterisers do), so that edges are smooth and every machine gives the same bytes.
/// </summary>
internal sealed class Raster
{
    private readonly double _scale;
    private readonly float[] _cover;       // [height, width + 1], differences along each row
    private int _firstRow, _lastRow, _firstColumn, _lastColumn;   // what the area at hand touches

    private Raster(int width, int height, double scale)
    {
        (Width, Height, _scale) = (width, height, scale);
        Pixels = new byte[width * height * 3];
        _cover = new float[(width + 2) * height];
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Red, green, blue of each pixel, row by row.</summary>
    public byte[] Pixels { get; }

    /// <summary>Draws a sheet on white paper, each of its pixels <paramref name="scale"/> wide.</summary>
    public static Raster Draw(Sheet sheet, double scale)
    {
        var raster = new Raster((int)Math.Ceiling(sheet.Width * scale), (int)Math.Ceiling(sheet.Height * scale), scale);
        raster.Pixels.AsSpan().Fill(255);
        foreach (var mark in sheet.Marks) raster.Draw(mark);
        return raster;
    }

    private void Draw(Mark mark)
    {
        switch (mark)
        {
            case Box box:
                Fill([Stroke.Rectangle(box.X, box.Y, box.Width, box.Height)], box.Fill, 1);
                break;
            case Disc disc:
                Fill([Stroke.Circle(new(disc.X, disc.Y), disc.Radius)], disc.Fill, 1);
                if (disc.Stroke == Ink.None) break;
                var ring = Stroke.Circle(new(disc.X, disc.Y), disc.Radius + disc.Width / 2);
                var hole = Stroke.Circle(new(disc.X, disc.Y), disc.Radius - disc.Width / 2);
                Array.Reverse(hole);
                Fill([ring, hole], disc.Stroke, 1);
                break;
            case Curve curve:
                if (curve.Fill != Ink.None) Fill(curve.Lines, curve.Fill, curve.Opacity);
                if (curve.Stroke != Ink.None) Fill(Stroke.Outline(curve), curve.Stroke, 1);
                break;
            case Label label:
                double width = Typeface.Measure(label.Text, label.Size, label.Strong);
                double x = label.Anchor switch
                {
                    TextAnchor.Start => label.X, TextAnchor.Middle => label.X - width / 2, _ => label.X - width,
                };
                Fill(Typeface.Outline(label.Text, x, label.Y, label.Size, label.Strong), label.Ink, 1);
                break;
        }
    }

    private void Fill(IReadOnlyList<Spot[]> lines, Ink ink, double opacity)
    {
        if (ink == Ink.None) return;
        (_firstRow, _lastRow, _firstColumn, _lastColumn) = (Height, -1, Width, -1);
        foreach (var line in lines)
            for (int at = 0; at < line.Length; at++)
            {
                var (from, to) = (line[at], line[(at + 1) % line.Length]);
                Edge(from.X * _scale, from.Y * _scale, to.X * _scale, to.Y * _scale);
            }
        Paint(Palette.Light(ink), opacity);
    }

    // Adds to each pixel of a row how much the area to the right of the edge gains there.
    private void Edge(double x0, double y0, double x1, double y1)
    {
        if (y0 == y1) return;
        double direction = y0 < y1 ? 1 : -1;
        if (y0 > y1) (x0, y0, x1, y1) = (x1, y1, x0, y0);
        double slope = (x1 - x0) / (y1 - y0);
        int first = Math.Max(0, (int)Math.Floor(y0)), last = Math.Min(Height - 1, (int)Math.Ceiling(y1) - 1);
        (_firstRow, _lastRow) = (Math.Min(_firstRow, first), Math.Max(_lastRow, last));
        for (int row = first; row <= last; row++)
        {
            double top = Math.Max(y0, row), bottom = Math.Min(y1, row + 1);
            if (bottom <= top) continue;
            double xa = Math.Clamp(x0 + (top - y0) * slope, 0, Width),
                xb = Math.Clamp(x0 + (bottom - y0) * slope, 0, Width);
            (_firstColumn, _lastColumn) =
                (Math.Min(_firstColumn, (int)Math.Min(xa, xb)), Math.Max(_lastColumn, (int)Math.Max(xa, xb)));
            Row(
                _cover.AsSpan(row * (Width + 2), Width + 2), Math.Min(xa, xb), Math.Max(xa, xb),
                direction * (bottom - top));
        }
    }

    // One row's stretch of an edge from x = left to x = right that spans `height` of the row.
    private static void Row(Span<float> row, double left, double right, double height)
    {
        int first = (int)left, last = (int)right;
        double before = 0;
        for (int column = first; column <= last; column++)
        {
            // Area of the pixel to the right of the edge, for an edge that is uniform between left and right.
            double a = Math.Max(left, column), b = Math.Min(right, column + 1);
            double share = right > left ? (b - a) / (right - left) : 1;
            double inside = share * (column + 1 - (a + b) / 2);
            double reached = right > left ? (b - left) / (right - left) - share : 0;
            double area = height * (inside + reached);
            row[column] += (float)(area - before);
            before = area;
        }
        row[last + 1] += (float)(height - before);
    }

    private void Paint(string colour, double opacity)
    {
        int rgb = Convert.ToInt32(colour[1..], 16);
        Span<double> ink = [rgb >> 16, rgb >> 8 & 255, rgb & 255];
        for (int row = _firstRow; row <= _lastRow; row++)
        {
            var cover = _cover.AsSpan(row * (Width + 2), Width + 2);
            float sum = 0;
            for (int column = _firstColumn; column <= Math.Min(_lastColumn, Width - 1); column++)
            {
                sum += cover[column];
                double share = Math.Min(1, Math.Abs(sum)) * opacity;
                if (share < 1e-3) continue;
                var pixel = Pixels.AsSpan((row * Width + column) * 3, 3);
                for (int c = 0; c < 3; c++) pixel[c] = (byte)Math.Round(pixel[c] + (ink[c] - pixel[c]) * share);
            }
            cover[_firstColumn..(_lastColumn + 2)].Clear();
        }
    }
}
