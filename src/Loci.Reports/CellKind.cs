namespace Loci.Reports;

/// <summary>Example cells of one kind.</summary>
/// <param name="Name">The kind, such as «Shallow: one n-gram».</param>
/// <param name="What">How cells of this kind are told from others, in one sentence.</param>
/// <param name="Cells">The examples.</param>
public sealed record CellKind(string Name, string What, IReadOnlyList<CellExample> Cells);

/// <summary>A cell as an example. All text is from a corpus or a vocabulary, and as hostile as they are.</summary>
/// <param name="Cell">The cell and its pole.</param>
/// <param name="Promoted">What its value promotes, with the logits.</param>
/// <param name="Suppressed">What its value suppresses, with the logits.</param>
/// <param name="Histogram">Prefixes of the corpus by coefficient, in powers of two.</param>
/// <param name="Triggers">Its strongest prefixes, strongest first.</param>
/// <param name="Facts">Agreement and statistics.</param>
public sealed record CellExample(
    CellId Cell, IReadOnlyList<ScoredText> Promoted, IReadOnlyList<ScoredText> Suppressed, CoefficientBars Histogram,
    IReadOnlyList<TriggerExample> Triggers, IReadOnlyList<NamedText> Facts);

/// <summary>A token that a value promotes or suppresses.</summary>
/// <param name="Text">The token.</param>
/// <param name="Logit">Its logit under the value alone.</param>
public sealed record ScoredText(string Text, double Logit);

/// <summary>How many prefixes gave a cell which coefficient.</summary>
/// <param name="Counts">Prefixes by power of two, from the smallest coefficient that occurs to the largest; zero is
/// counted apart.</param>
/// <param name="From">The lower end of the first bin, as «−2^3».</param>
/// <param name="To">The upper end of the last.</param>
/// <param name="Zeros">Prefixes with a coefficient of exactly zero.</param>
public sealed record CoefficientBars(IReadOnlyList<long> Counts, string From, string To, long Zeros);

/// <summary>A prefix that fires a cell, for all that differ from it but before their last tokens.</summary>
/// <param name="Coefficient">How strongly; of several the strongest.</param>
/// <param name="Begun">Tokens before the first one shown were left out.</param>
/// <param name="Tokens">The last tokens of the prefix; the last of them fires the cell.</param>
/// <param name="Next">The token that came next; null: the sentence ends here.</param>
/// <param name="After">The text after that.</param>
/// <param name="Times">How many triggers it stands for.</param>
public sealed record TriggerExample(
    double Coefficient, bool Begun, IReadOnlyList<ShadedToken> Tokens, string? Next, string After, int Times);

/// <summary>A token, with the cell's coefficient after it.</summary>
/// <param name="Text">The token as it stands in the text, its leading space included.</param>
/// <param name="Strength">The coefficient as a share of the cell's strongest trigger, at the pole meant: 0 none, 1 as
/// strong.</param>
public sealed record ShadedToken(string Text, double Strength);
