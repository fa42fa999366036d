namespace Loci.Reports;

/// <summary>Example cells of one kind.</summary>
/// <param name="Name">The kind, such as «Shallow: one n-gram».</param>
/// <param name="What">How cells of this kind are told from others, in one sentence.</param>
/// <param name="Cells">The examples.</param>
public sealed record CellKind(string Name, string What, IReadOnlyList<CellExample> Cells);

/// <summary>A cell as an example. All text is from a corpus or a vocabulary, and as hostile as they are.</summary>
/// <param name="Cell">The cell and its pole.</param>
/// <param name="Promoted">What its value promotes, with the logits.</param>
/// <param name="Triggers">Its strongest prefixes, strongest first.</param>
/// <param name="Facts">Agreement and statistics.</param>
public sealed record CellExample(
    CellId Cell, IReadOnlyList<PromotedToken> Promoted, IReadOnlyList<TriggerExample> Triggers, IReadOnlyList<Fact> Facts);

/// <summary>A token that a value promotes.</summary>
/// <param name="Text">The token.</param>
/// <param name="Logit">Its logit under the value alone.</param>
public sealed record PromotedToken(string Text, double Logit);

/// <summary>A prefix that fires a cell.</summary>
/// <param name="Coefficient">How strongly.</param>
/// <param name="Before">The text before the firing token.</param>
/// <param name="Firing">The firing token, the prefix's last.</param>
/// <param name="Next">The token that came next; null: the sentence ends here.</param>
/// <param name="Times">How often the corpus repeats it among the triggers.</param>
public sealed record TriggerExample(double Coefficient, string Before, string Firing, string? Next, int Times);
