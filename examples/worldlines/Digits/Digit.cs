namespace Worldlines.Digits;

/// <summary>A picture of a digit.</summary>
/// <param name="Ink">How dark each pixel is, 0 to 1, row by row. [8, 8]</param>
/// <param name="Class">0 to 3: which of the four digits.</param>
public sealed record Digit(float[] Ink, int Class)
{
    /// <summary>Pixels along a side.</summary>
    public const int Side = 8;

    public const int Pixels = Side * Side;

    /// <summary>The digits 0, 1, 2 and 3.</summary>
    public const int Classes = 4;
}

/// <summary>Digits to learn from and others to be asked for.</summary>
public sealed record DigitSplit(Digit[] Training, Digit[] Test);
