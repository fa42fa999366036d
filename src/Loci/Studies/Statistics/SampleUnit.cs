namespace Loci.Studies.Statistics;

/// <summary>What of a sample is independent of the rest, and is what an interval is taken over.</summary>
public enum SampleUnit
{
    /// <summary>Each observation by itself: no two share a cell or a piece of text.</summary>
    Observations,

    /// <summary>Cells: all that was observed of one is one unit.</summary>
    Cells,

    /// <summary>Stretches of text (<see cref="StudyText.Stretch(int)"/>): all that was observed in one is one
    /// unit.</summary>
    Text,

    /// <summary>Cells crossed with stretches of text: two observations are independent if they share neither.</summary>
    CellsAndText,
}
