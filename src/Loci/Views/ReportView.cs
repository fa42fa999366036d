using System.Text.Json;

namespace Loci.Views;

/// <summary>
/// All numbers of a report: <c>loci report</c>, which also keeps them as <c>report.json</c> in its folder.
/// </summary>
/// <param name="Title">The page's title.</param>
/// <param name="Identity">Tells this report from others: model, text, seed, sizes, version; null where it was not
/// given.</param>
/// <param name="Manifest">What was read, and with what.</param>
/// <param name="Sections">What each study found, beside the paper.</param>
/// <param name="Results">
/// <c>seed</c>, <c>scale</c>, the whole result of each study under its name, <c>nulls</c> with the same on the null
/// models (or null), and <c>costs</c>.
/// </param>
public sealed record ReportView(
    string Title, string? Identity, IReadOnlyList<NamedView> Manifest, IReadOnlyList<ReportSectionView> Sections,
    JsonElement Results);

/// <summary>A name and what stands under it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">The value, in words.</param>
public sealed record NamedView(string Name, string Value);

/// <summary>One study on the page.</summary>
/// <param name="Name">Its anchor in the page.</param>
/// <param name="Title">Its title.</param>
/// <param name="Means">What it means, in one sentence.</param>
/// <param name="CannotShow">What it cannot show, in one sentence.</param>
/// <param name="Comparisons">Our numbers beside the paper's.</param>
public sealed record ReportSectionView(
    string Name, string Title, string Means, string CannotShow, IReadOnlyList<ComparisonView> Comparisons);

/// <summary>One of our numbers and what the paper has in its place.</summary>
/// <param name="Quantity">What it measures.</param>
/// <param name="Value">Ours; null where it cannot be measured here.</param>
/// <param name="Low">Lower end of its 95 % interval.</param>
/// <param name="High">Upper end of its 95 % interval.</param>
/// <param name="IntervalOver">What the interval is over: the unit that was resampled or counted.</param>
/// <param name="Unit"><c>number</c>, <c>share</c> or <c>share difference</c>.</param>
/// <param name="Sample">Sample size, with what was counted.</param>
/// <param name="Paper">The paper's value as it gives it; null: it has none.</param>
/// <param name="Where">Where in the paper.</param>
public sealed record ComparisonView(
    string Quantity, double? Value, double? Low, double? High, string? IntervalOver, string Unit, string Sample,
    string? Paper, string? Where);
