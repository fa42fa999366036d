using Loci.Atlas;
using Loci.Studies;

namespace Loci.Reports.Studies;

/// <summary>A study and how a report shows it.</summary>
public abstract class ReportedStudy
{
    private protected ReportedStudy()
    {
    }

    /// <summary>The study.</summary>
    public abstract Study Study { get; }

    /// <summary>What the report says of its result; nothing where it was not run.</summary>
    internal abstract IEnumerable<Section> Sections(StudyResults results, Subject subject);

    /// <summary>Its numbers beside the nulls; nothing where it was not run on them.</summary>
    internal abstract IEnumerable<NullRow> NullRows(NullResults nulls);

    /// <summary>Cells to show as examples; nothing where it was not run.</summary>
    internal abstract IEnumerable<CellChoice> Examples(StudyResults results, AtlasFile atlas);
}

/// <summary>A study and how a report shows it.</summary>
/// <typeparam name="TResult">What the study finds.</typeparam>
/// <param name="study">The study.</param>
/// <param name="sections">Its sections in reading order, each made of the result, the subject, and the result on nulls,
/// if it was run on them.</param>
public sealed class ReportedStudy<TResult>(
    Study<TResult> study, params IReadOnlyList<Func<TResult, Subject, OnNulls<TResult>?, Section>> sections)
    : ReportedStudy
    where TResult : class
{
    /// <inheritdoc/>
    public override Study Study => study;

    /// <summary>Its numbers to hold beside the nulls; null: none.</summary>
    public Func<OnNulls<TResult>, IEnumerable<NullRow>>? BesideNulls { get; init; }

    /// <summary>Kinds of cells that its result tells apart; null: none.</summary>
    public Func<TResult, AtlasFile, IEnumerable<CellChoice>>? Kinds { get; init; }

    internal override IEnumerable<Section> Sections(StudyResults results, Subject subject) =>
        results.Found.TryGet(study, out var result)
        ? sections.Select(section => section(result, subject, results.Nulls?.Of(study)))
        : [];

    internal override IEnumerable<NullRow> NullRows(NullResults nulls) =>
        BesideNulls is not null && nulls.Of(study) is { } found ? BesideNulls(found) : [];

    internal override IEnumerable<CellChoice> Examples(StudyResults results, AtlasFile atlas) =>
        Kinds is not null && results.Found.TryGet(study, out var result) ? Kinds(result, atlas) : [];
}

/// <summary>A kind of cells, and which cells are of it, the best examples first.</summary>
/// <param name="Name">The kind.</param>
/// <param name="What">How cells of this kind are told from others, in one sentence.</param>
/// <param name="Cells">The cells, with the pole meant; read as far as needed.</param>
public sealed record CellChoice(string Name, string What, IEnumerable<CellId> Cells);
