namespace Loci.Studies;

/// <summary>A prefix of a <see cref="StudyText"/>: a sentence and the position of its last token.</summary>
/// <param name="Sentence">Index into <see cref="StudyText"/>, from 0 (not the sentence's number in the corpus).</param>
/// <param name="Position">Position of the last token, from 0; a beginning-of-sequence token is not counted.</param>
public readonly record struct Prefix(int Sentence, int Position) : IComparable<Prefix>
{
    /// <inheritdoc/>
    public int CompareTo(Prefix other) =>
        Sentence != other.Sentence ? Sentence.CompareTo(other.Sentence) : Position.CompareTo(other.Position);

    /// <summary>Order of the text.</summary>
    public static bool operator <(Prefix a, Prefix b) => a.CompareTo(b) < 0;

    /// <summary>Order of the text.</summary>
    public static bool operator >(Prefix a, Prefix b) => a.CompareTo(b) > 0;

    /// <summary>Order of the text.</summary>
    public static bool operator <=(Prefix a, Prefix b) => a.CompareTo(b) <= 0;

    /// <summary>Order of the text.</summary>
    public static bool operator >=(Prefix a, Prefix b) => a.CompareTo(b) >= 0;
}
