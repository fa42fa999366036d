namespace Paint.Strokes;

/// <summary>A picture in red, green and blue, each from 0 to 1.</summary>
public sealed class Canvas
{
    /// <summary>A black picture.</summary>
    /// <param name="width">Pixels across, at least 1.</param>
    /// <param name="height">Pixels down, at least 1.</param>
    public Canvas(int width, int height) : this(width, height, new float[checked(3 * width * height)])
    {
    }

    /// <summary>A picture over pixels that are there.</summary>
    /// <param name="width">Pixels across, at least 1.</param>
    /// <param name="height">Pixels down, at least 1.</param>
    /// <param name="pixels">[3, height, width]</param>
    public Canvas(int width, int height, float[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (pixels.Length != 3 * width * height)
            throw new ArgumentException($"Holds {pixels.Length} numbers for 3 × {height} × {width}.", nameof(pixels));
        (Width, Height, Pixels) = (width, height, pixels);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>[3, height, width]</summary>
    public float[] Pixels { get; }

    /// <summary>The colour of a pixel.</summary>
    public Colour this[int x, int y]
    {
        get
        {
            int at = y * Width + x, plane = Width * Height;
            return new(Pixels[at], Pixels[plane + at], Pixels[2 * plane + at]);
        }
        set
        {
            int at = y * Width + x, plane = Width * Height;
            (Pixels[at], Pixels[plane + at], Pixels[2 * plane + at]) = (value.Red, value.Green, value.Blue);
        }
    }

    /// <summary>A picture of one colour.</summary>
    public static Canvas Filled(int width, int height, Colour colour)
    {
        var canvas = new Canvas(width, height);
        int plane = width * height;
        canvas.Pixels.AsSpan(0, plane).Fill(colour.Red);
        canvas.Pixels.AsSpan(plane, plane).Fill(colour.Green);
        canvas.Pixels.AsSpan(2 * plane).Fill(colour.Blue);
        return canvas;
    }

    public Canvas Copy() => new(Width, Height, [.. Pixels]);

    /// <summary>A part of the picture.</summary>
    public Canvas Cut(int left, int top, int width, int height)
    {
        var part = new Canvas(width, height);
        for (int c = 0; c < 3; c++)
            for (int y = 0; y < height; y++)
                Pixels.AsSpan((c * Height + top + y) * Width + left, width)
                    .CopyTo(part.Pixels.AsSpan((c * height + y) * width, width));
        return part;
    }

    /// <summary>The mean colour: the ground that a painting starts from.</summary>
    public Colour Mean()
    {
        int plane = Width * Height;
        Span<double> sum = stackalloc double[3];
        for (int i = 0; i < Pixels.Length; i++) sum[i / plane] += Pixels[i];
        return new((float)(sum[0] / plane), (float)(sum[1] / plane), (float)(sum[2] / plane));
    }

    /// <summary>The mean absolute difference of all numbers from another picture of the same size.</summary>
    public double Distance(Canvas other)
    {
        if ((other.Width, other.Height) != (Width, Height))
            throw new ArgumentException($"{other.Width} × {other.Height} is not {Width} × {Height}.", nameof(other));
        double sum = 0;
        for (int i = 0; i < Pixels.Length; i++) sum += Math.Abs(Pixels[i] - (double)other.Pixels[i]);
        return sum / Pixels.Length;
    }
}
