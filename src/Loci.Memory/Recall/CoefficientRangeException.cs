using System.Globalization;

namespace Loci.Memory.Recall;

/// <summary>
/// A coefficient that is not a number, infinite, or beyond ±<see cref="LayerRecall.CoefficientLimit"/>: the model
/// overflowed, and nothing computed from it can be trusted.
/// </summary>
public sealed class CoefficientRangeException : ArithmeticException
{
    /// <summary>Creates the error.</summary>
    public CoefficientRangeException(float coefficient, int cell, long sentence, int position)
        : base(string.Create(CultureInfo.InvariantCulture,
            $"Coefficient {coefficient} of cell {cell} at sentence {sentence}, position {position} is outside " +
            $"±{LayerRecall.CoefficientLimit}: the model overflowed."))
    {
        Coefficient = coefficient;
        Cell = cell;
        Sentence = sentence;
        Position = position;
    }

    /// <summary>The offending value.</summary>
    public float Coefficient { get; }

    /// <summary>The cell, within its layer.</summary>
    public int Cell { get; }

    /// <summary>The sentence, in corpus order.</summary>
    public long Sentence { get; }

    /// <summary>The position in the sentence.</summary>
    public int Position { get; }
}
