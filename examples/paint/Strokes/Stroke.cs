namespace Paint.Strokes;

/// <summary>
/// A stroke of the brush: an oblong, in units of the square patch that it is painted in, whose y axis points down.
/// </summary>
/// <param name="X">Its centre, 0 to 1.</param>
/// <param name="Y">Its centre, 0 to 1.</param>
/// <param name="Width">Its length along its own first axis, 0 to 1.</param>
/// <param name="Height">Its length along its own second axis, 0 to 1.</param>
/// <param name="Turn">The angle from the patch's x axis to its first axis, in half turns, 0 to 1.</param>
public readonly record struct Stroke(float X, float Y, float Width, float Height, float Turn)
{
    /// <summary>Numbers that make a stroke.</summary>
    public const int Size = 5;

    /// <summary>The angle in radians, 0 to π.</summary>
    public double Angle => Math.PI * Turn;

    /// <summary>
    /// The same oblong with its longer side first. (w, h, θ) and (h, w, θ + 90°) are one stroke; a network that had to
    /// guess which of the two is meant could not be right.
    /// </summary>
    public Stroke Canonical() => Width >= Height ? this
        : new(X, Y, Height, Width, Turn < 0.5f ? Turn + 0.5f : Turn - 0.5f);

    /// <summary>A stroke from five numbers.</summary>
    public static Stroke Of(ReadOnlySpan<float> numbers) =>
        new(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);

    /// <summary>Writes the five numbers.</summary>
    public void CopyTo(Span<float> numbers) =>
        (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]) = (X, Y, Width, Height, Turn);
}

/// <summary>Red, green and blue, 0 to 1.</summary>
public readonly record struct Colour(float Red, float Green, float Blue)
{
    /// <summary>As web pages write it: #rrggbb.</summary>
    public string Hex => $"#{Byte(Red):x2}{Byte(Green):x2}{Byte(Blue):x2}";

    private static byte Byte(float value) => (byte)Math.Round(Math.Clamp(value, 0, 1) * 255);
}
