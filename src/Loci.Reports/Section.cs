using Loci.Reports.Figures;

namespace Loci.Reports;

/// <summary>What one study found, in words, figures and numbers.</summary>
public sealed record Section
{
    /// <summary>Its anchor in the page: lower-case letters, digits and hyphens.</summary>
    public required string Name { get; init; }

    /// <summary>Its title.</summary>
    public required string Title { get; init; }

    /// <summary>What was measured, in one sentence.</summary>
    public required string What { get; init; }

    /// <summary>Its figures.</summary>
    public required IReadOnlyList<Figure> Figures { get; init; }

    /// <summary>Our numbers beside the paper's.</summary>
    public IReadOnlyList<Comparison> Comparisons { get; init; } = [];

    /// <summary>What it means, in one sentence.</summary>
    public required string Means { get; init; }

    /// <summary>What it means is among what to take home.</summary>
    public bool InShort { get; init; }

    /// <summary>What it cannot show, in one sentence.</summary>
    public required string CannotShow { get; init; }

    /// <summary>More tables, folded away at first.</summary>
    public IReadOnlyList<Table> Details { get; init; } = [];
}

/// <summary>One of our numbers and what the paper has in its place.</summary>
/// <param name="Quantity">What it measures.</param>
/// <param name="Ours">Our value with its interval; null: it cannot be measured here.</param>
/// <param name="Format">How it is written.</param>
/// <param name="Sample">Sample size with what was counted: «4,000 prefixes».</param>
/// <param name="Paper">The paper's value as it gives it; null: it has none.</param>
/// <param name="Where">Where in the paper: «Figure 4», «section 5.1».</param>
public sealed record Comparison(
    string Quantity, Plotted? Ours, NumberFormat Format, string Sample, string? Paper = null, string? Where = null);
