namespace Loci.Studies;

/// <summary>How much the studies of a run measure.</summary>
public enum StudyScale
{
    /// <summary>The paper's sizes; where it has none, sizes whose intervals tell something.</summary>
    Paper,

    /// <summary>Seconds instead of minutes, with wide intervals: to see what a report looks like.</summary>
    Quick,
}

/// <summary>
/// How much one study measures at each scale. Where a model has fewer cells or a text fewer prefixes than a size says,
/// all of them.
/// </summary>
/// <typeparam name="T">A number, or a record of several.</typeparam>
public sealed class StudySizes<T>
{
    private readonly T _paper, _quick, _ofNull;

    /// <summary>Sizes of a study that is not run on nulls.</summary>
    public StudySizes(T paper, T quick) => (_paper, _quick, _ofNull) = (paper, quick, paper);

    /// <summary>Sizes of a study that is run on nulls, too.</summary>
    /// <param name="paper">At the paper's scale.</param>
    /// <param name="quick">At the quick one.</param>
    /// <param name="ofNull">What a null is measured with at the paper's scale: its interval may be wider.</param>
    public StudySizes(T paper, T quick, T ofNull) : this(paper, quick) => (_ofNull, OnNulls) = (ofNull, true);

    /// <summary>The study is run on nulls, too.</summary>
    public bool OnNulls { get; }

    /// <summary>The size of one run.</summary>
    public T At(StudyScale scale, bool ofNull) => scale == StudyScale.Quick ? _quick : ofNull ? _ofNull : _paper;
}
