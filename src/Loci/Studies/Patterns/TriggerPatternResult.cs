using System.Text.Json.Serialization;
using Loci.Studies.Statistics;

namespace Loci.Studies.Patterns;

/// <summary>What to fit and test.</summary>
public sealed record TriggerPatternParameters
{
    /// <summary>
    /// Cells of a layer, each with both poles where it has two; all that fired where there are fewer.
    /// </summary>
    public int KeysPerLayer { get; init; } = 100;

    /// <summary>Cells to take instead of a sample, each pole by itself; null: a sample.</summary>
    public IReadOnlyList<CellId>? Cells { get; init; }

    /// <summary>
    /// Triggers of a cell and pole, strongest first: about half of them fit, as many as the paper's 25 annotated ones.
    /// </summary>
    public int Triggers { get; init; } = 50;

    /// <summary>Fewest fitted triggers that share a pattern; the paper's.</summary>
    public int Least { get; init; } = 3;

    /// <summary>Largest q of a pattern that is kept, and largest p of a topic's word.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>Random prefixes of each half.</summary>
    public int Background { get; init; } = 4000;

    /// <summary>
    /// A prefix fires a cell strongly if it is among this share of the fitted half's random prefixes, and fires it at
    /// all.
    /// </summary>
    public double StrongShare { get; init; } = 0.01;

    /// <summary>
    /// Least share of the held-out variance that phrases explain beyond the last token and the topic for a cell to be
    /// labelled by them. With random weights about one cell in thirty reaches it.
    /// </summary>
    public double LeastPhrase { get; init; } = 0.02;

    /// <summary>
    /// The same of a topic, beyond the last token and the phrases. With random weights about one cell in thirty reaches
    /// it.
    /// </summary>
    public double LeastTopic { get; init; } = 0.01;

    /// <summary>
    /// Least share of the held-out variance that the last token explains in a cell of the label
    /// <see cref="PatternLabel.LastToken"/>.
    /// </summary>
    public double LeastExplained { get; init; } = 0.05;
}

/// <summary>What a cell's held-out coefficients follow.</summary>
public enum PatternLabel
{
    /// <summary>Nothing that was looked for.</summary>
    None,

    /// <summary>Phrases: its last tokens beyond the very last.</summary>
    Shallow,

    /// <summary>A topic, beyond the last token.</summary>
    Semantic,

    /// <summary>Phrases and a topic, each by itself or either alike.</summary>
    Both,

    /// <summary>Its last token and nothing beyond. Random weights give this label, too.</summary>
    LastToken,
}

/// <summary>The patterns of a sample of cells.</summary>
/// <param name="Parameters">What was asked.</param>
/// <param name="FittedPrefixes">Prefixes in the half that pattern frequencies were counted in.</param>
/// <param name="TestedPrefixes">Random prefixes of the other half that the test ran on.</param>
/// <param name="Layers">Summaries, from layer 0; a layer none of whose cells fired is left out.</param>
/// <param name="Cells">Every cell and pole.</param>
public sealed record TriggerPatternResult(
    TriggerPatternParameters Parameters, long FittedPrefixes, int TestedPrefixes,
    IReadOnlyList<PatternLayer> Layers, IReadOnlyList<PatternCell> Cells);

/// <summary>One layer; either pole of a gated cell counts as a cell.</summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="Cells">Cells and poles counted.</param>
/// <param name="Shallow">Share labelled shallow, and so on: the five add up to 1.</param>
/// <param name="Semantic">Share labelled semantic.</param>
/// <param name="Both">Share labelled both.</param>
/// <param name="LastToken">Share whose last token explains something and nothing else does.</param>
/// <param name="None">Share labelled none.</param>
/// <param name="Patterns">Mean number of patterns a cell.</param>
/// <param name="WithPattern">Share of cells with at least one pattern.</param>
/// <param name="Fitted">The triggers the patterns were fitted to.</param>
/// <param name="HeldOut">The triggers they were not fitted to: the paper's figure 2, without its circularity.</param>
/// <param name="Explained">Mean share of the variance of the coefficient on random held-out prefixes that all patterns
/// explain.</param>
public sealed record PatternLayer(
    int Layer, int Cells, Estimate Shallow, Estimate Semantic, Estimate Both, Estimate LastToken, Estimate None,
    Estimate Patterns, Estimate WithPattern, TriggerCover Fitted, TriggerCover HeldOut, Estimate Explained);

/// <summary>Which kinds of pattern triggers hold: means over cells of the shares of a cell's triggers.</summary>
/// <param name="Shallow">Shallow patterns only.</param>
/// <param name="Semantic">A topic only.</param>
/// <param name="Both">Both.</param>
/// <param name="Any">Any pattern: what the paper calls covered.</param>
public readonly record struct TriggerCover(Estimate Shallow, Estimate Semantic, Estimate Both, Estimate Any);

/// <summary>One cell and pole.</summary>
/// <param name="Cell">The cell and the pole.</param>
/// <param name="Stretch">Stretch of the text (<see cref="StudyText.Stretch(int)"/>) that its strongest trigger stands
/// in.</param>
/// <param name="Label">The label.</param>
/// <param name="Patterns">Its patterns, shallow ones before the topic, in the order they were chosen.</param>
/// <param name="Fitted">Shares of its fitted triggers.</param>
/// <param name="HeldOut">Shares of its held-out triggers.</param>
/// <param name="Threshold">Magnitude of the coefficient from which a prefix fires it strongly.</param>
/// <param name="Strong">Share of the random held-out prefixes that do: the precision of guessing.</param>
/// <param name="ShallowExplains">R² of «a shallow pattern holds» on the random held-out prefixes.</param>
/// <param name="SemanticExplains">R² of «the topic holds».</param>
/// <param name="Explained">R² of both together.</param>
/// <param name="Added">What explains the coefficient beyond the last token.</param>
/// <param name="Phrases">The patterns that add most to the last token, best first.</param>
/// <param name="Topic">The words that lie farthest along its direction of the text's topics, whether or not the label
/// names a topic.</param>
public sealed record PatternCell(
    CellId Cell, int Stretch, PatternLabel Label, IReadOnlyList<TestedPattern> Patterns, CellCover Fitted,
    CellCover HeldOut,
    double Threshold, Estimate Strong, double ShallowExplains, double SemanticExplains, double Explained,
    BeyondTheLastToken Added, IReadOnlyList<Pattern> Phrases, IReadOnlyList<string> Topic);

/// <summary>
/// Shares of the variance of a cell's coefficient on the random held-out prefixes: what the label is about.
/// </summary>
/// <param name="LastToken">That the last token explains by itself, adjusted for the number of tokens.</param>
/// <param name="Phrase">That «one of the phrases holds» adds to the last token and the position.</param>
/// <param name="Topic">That the cell's topic adds to them.</param>
/// <param name="Both">That both together add to them.</param>
public readonly record struct BeyondTheLastToken(double LastToken, double Phrase, double Topic, double Both);

/// <summary>Shares of a cell's triggers; all 0 where there are none.</summary>
/// <param name="Triggers">Triggers counted.</param>
/// <param name="Shallow">Hold shallow patterns only.</param>
/// <param name="Semantic">Hold the topic only.</param>
/// <param name="Both">Hold both.</param>
/// <param name="Any">Hold any pattern.</param>
public readonly record struct CellCover(int Triggers, double Shallow, double Semantic, double Both, double Any);

/// <summary>A pattern of a cell.</summary>
/// <param name="Pattern">The pattern.</param>
/// <param name="Support">Fitted triggers that hold it.</param>
/// <param name="Fitted">Of how many.</param>
/// <param name="Frequency">Share of the fitted half's prefixes that hold it.</param>
/// <param name="P">
/// Binomial tail of the support at that frequency. A topic's words were chosen on the same triggers, and triggers of
/// one story are not independent: what counts is the held-out test.
/// </param>
/// <param name="Q">P adjusted by Benjamini and Hochberg over every pattern that any fitted trigger of the cell
/// holds.</param>
/// <param name="Precision">Share of the random held-out prefixes with the pattern that fire the cell strongly; none: no
/// such prefix was drawn.</param>
/// <param name="Recall">Share of the random held-out prefixes that fire the cell strongly that hold the
/// pattern.</param>
/// <param name="Explains">R² of the pattern's indicator on the random held-out prefixes.</param>
public sealed record TestedPattern(
    Pattern Pattern, int Support, int Fitted, double Frequency, double P, double Q, Estimate Precision,
    Estimate Recall, double Explains);

/// <summary>How the result is written and read, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true,
    Converters = [typeof(CellIdJson), typeof(FiniteJson)])]
[JsonSerializable(typeof(TriggerPatternResult))]
internal sealed partial class TriggerPatternJson : JsonSerializerContext;
