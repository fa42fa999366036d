using Loci.Reports.Figures;
using Loci.Studies;
using Loci.Studies.Statistics;

namespace Loci.Reports.Studies;

/// <summary>One number in the model and where there is nothing to find.</summary>
/// <param name="Name">What it measures.</param>
/// <param name="Short">The same under a bar of the figure; null: it is no share, and not in the figure.</param>
/// <param name="Format">How it is written.</param>
/// <param name="Sample">In the model, over the sentences of the nulls.</param>
/// <param name="Random">With random weights.</param>
/// <param name="Shuffled">In shuffled text.</param>
public sealed record NullRow(string Name, string? Short, NumberFormat Format, Estimate Sample, Estimate Random,
    Estimate Shuffled)
{
    /// <summary>Takes the number from the three results of a study.</summary>
    public static NullRow Of<TResult>(
        string name, string? brief, OnNulls<TResult> nulls, Func<TResult, Estimate> of,
        NumberFormat format = NumberFormat.Percent)
        where TResult : class =>
        new(name, brief, format, of(nulls.Sample), of(nulls.RandomWeights), of(nulls.ShuffledText));
}
