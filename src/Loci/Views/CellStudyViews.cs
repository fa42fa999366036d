using Loci.Models;
using Loci.Studies.Cells;
using Loci.Studies.Patterns;

namespace Loci.Views;

/// <summary>The sentences of a cell's triggers, with how far it fires after every token.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Sentences">Strongest first.</param>
public sealed record ShadedTriggersView(string Cell, IReadOnlyList<ShadedSentenceView> Sentences);

/// <summary>A sentence, shaded by a cell.</summary>
/// <param name="Sentence">The sentence of the corpus, from 0.</param>
/// <param name="Position">The token meant, from 0.</param>
/// <param name="Tokens">Its tokens, as text.</param>
/// <param name="Coefficients">
/// How far the cell fires after each, as a magnitude at its pole: below 0 it fires the other way, or not at all.
/// </param>
public sealed record ShadedSentenceView(
    long Sentence, int Position, IReadOnlyList<string> Tokens, IReadOnlyList<float> Coefficients)
{
    internal static ShadedSentenceView Of(ShadedSentence shaded) => new(
        shaded.Sentence.Id, shaded.Position,
        [.. Enumerable.Range(0, shaded.Sentence.Tokens.Count).Select(shaded.Sentence.TokenText)],
        [.. shaded.Coefficients.Select(m => MathF.Round(m, 5))]);
}

/// <summary>What fires a cell from weakly to strongly, and what speaks against the ending its triggers share.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Sentences">Sentences drawn from those the atlas keeps.</param>
/// <param name="Prefixes">Their prefixes.</param>
/// <param name="Firing">Those that fire the cell.</param>
/// <param name="Bands">From weak to strong.</param>
/// <param name="Ending">The ending that most triggers share; empty: none.</param>
/// <param name="EndingTriggers">Triggers with the ending.</param>
/// <param name="Holding">Prefixes with the ending that were looked at.</param>
/// <param name="Silent">Of those, the ones that leave the cell silent.</param>
/// <param name="Counterexamples">Some of the silent ones.</param>
public sealed record CellBandsView(
    string Cell, int Sentences, int Prefixes, int Firing, IReadOnlyList<CellBandView> Bands, string Ending,
    int EndingTriggers, int Holding, int Silent, IReadOnlyList<ShadedSentenceView> Counterexamples)
{
    internal static CellBandsView Of(CellId cell, CellBands bands, Counterexamples against) => new(
        cell.ToString(), bands.Sentences, bands.Prefixes, bands.Firing,
        [
            .. bands.Bands.Select(band => new CellBandView(
                band.From, band.To, band.Least, band.Most, [.. band.Examples.Select(ShadedSentenceView.Of)])),
        ],
        against.Text, against.Triggers, against.Holding, against.Silent,
        [.. against.Examples.Select(ShadedSentenceView.Of)]);
}

/// <summary>A band of the prefixes that fire a cell.</summary>
/// <param name="From">Share of them that fire it less.</param>
/// <param name="To">Share that fire it no more.</param>
/// <param name="Least">The smallest magnitude.</param>
/// <param name="Most">The largest.</param>
/// <param name="Examples">Prefixes drawn at random from the band.</param>
public sealed record CellBandView(
    double From, double To, float Least, float Most, IReadOnlyList<ShadedSentenceView> Examples);

/// <summary>Cells like a cell.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Keys">Cells of its layer with keys most alike, by |cosine|.</param>
/// <param name="Values">Cells of any layer with values most alike, by |cosine|.</param>
public sealed record NeighboursView(
    string Cell, IReadOnlyList<NeighbourView> Keys, IReadOnlyList<NeighbourView> Values)
{
    internal static NeighboursView Of(CellId cell, CellNeighbours found, Model model) => new(
        cell.ToString(), [.. found.Keys.Select(each => NeighbourView.Of(each, model))],
        [.. found.Values.Select(each => NeighbourView.Of(each, model))]);
}

/// <summary>A cell like another.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Cosine">Between the two.</param>
/// <param name="Promotes">What its value promotes most.</param>
public sealed record NeighbourView(string Cell, double Cosine, IReadOnlyList<TokenView> Promotes)
{
    internal static NeighbourView Of(CellCosine found, Model model) => new(
        found.Cell.ToString(), found.Cosine,
        [.. ValueProjection.Promoted(model.Transformer, found.Cell, 4).Select(token => TokenView.Of(model, token.Id))]);
}

/// <summary>The four signs that selector and content of a gated cell can have together.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Prefixes">Prefixes looked at.</param>
/// <param name="Quadrants">+ +, − −, + −, − +; empty where the cell is not gated.</param>
public sealed record QuadrantsView(string Cell, int Prefixes, IReadOnlyList<QuadrantView> Quadrants)
{
    internal static QuadrantsView Of(CellId cell, GateQuadrants? found) => new(
        cell.ToString(), found?.Prefixes ?? 0,
        found is null
            ? []
            : [
                .. found.Quadrants.Select(each => new QuadrantView(
                    each.Gate, each.Content, each.Prefixes, each.Mean, each.Strongest, each.Example)),
            ]);
}

/// <summary>One pair of signs.</summary>
/// <param name="Gate">The selector's score is at least 0.</param>
/// <param name="Content">The content's score is at least 0.</param>
/// <param name="Prefixes">Prefixes with these signs.</param>
/// <param name="Mean">Their mean |m|.</param>
/// <param name="Strongest">m of the one that fires most.</param>
/// <param name="Example">That one; null: there is none.</param>
public sealed record QuadrantView(
    bool Gate, bool Content, int Prefixes, double Mean, float Strongest, string? Example);

/// <summary>What happens when a cell is taken out at its triggers, beside matched cells. Effects are in nats.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Token">The token its value promotes most.</param>
/// <param name="Triggers">Triggers tested.</param>
/// <param name="Logit">What it adds to the token's logit.</param>
/// <param name="MatchedLogit">What matched cells add to it.</param>
/// <param name="Difference">The difference, paired by trigger.</param>
/// <param name="Loss">What it saves of the next token's loss.</param>
/// <param name="MatchedLoss">What matched cells save.</param>
/// <param name="LossDifference">The difference, paired by trigger.</param>
/// <param name="Changed">Share of triggers where the model's answer changes.</param>
/// <param name="MatchedChanged">The same for the matched cells.</param>
/// <param name="Size">Mean |m|·‖v‖ of the cell.</param>
/// <param name="MatchedSize">Mean |m|·‖v‖ of the matched cells: how near the match is.</param>
public sealed record CausalityView(
    string Cell, TokenView Token, int Triggers, EstimateView Logit, EstimateView MatchedLogit, EstimateView Difference,
    EstimateView Loss, EstimateView MatchedLoss, EstimateView LossDifference, EstimateView Changed,
    EstimateView MatchedChanged, double Size, double MatchedSize)
{
    internal static CausalityView Of(CellId cell, CellCausality found, Model model) => new(
        cell.ToString(), TokenView.Of(model, found.Token), found.Triggers, EstimateView.Of(found.Logit),
        EstimateView.Of(found.MatchedLogit), EstimateView.Of(found.Difference), EstimateView.Of(found.Loss),
        EstimateView.Of(found.MatchedLoss), EstimateView.Of(found.LossDifference), EstimateView.Of(found.Changed),
        EstimateView.Of(found.MatchedChanged), found.Size, found.MatchedSize);
}

/// <summary>What a cell's triggers have in common, tested on text they were not found in.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Label">
/// <c>shallow</c> (phrases), <c>semantic</c> (a topic), <c>both</c>, <c>last_token</c> or <c>none</c>.
/// </param>
/// <param name="Strong">Share of held-out prefixes that fire it strongly: the precision of guessing.</param>
/// <param name="Explained">Share of the held-out variance that the patterns explain.</param>
/// <param name="LastToken">Share that the last token explains by itself.</param>
/// <param name="Patterns">The patterns.</param>
/// <param name="Topic">Words that lie farthest along its direction of the text's topics.</param>
public sealed record CellPatternView(
    string Cell, string Label, EstimateView Strong, double Explained, double LastToken,
    IReadOnlyList<TestedPatternView> Patterns, IReadOnlyList<string> Topic)
{
    internal static CellPatternView Of(PatternCell cell) => new(
        cell.Cell.ToString(),
        cell.Label == PatternLabel.LastToken ? "last_token" : cell.Label.ToString().ToLowerInvariant(),
        EstimateView.Of(cell.Strong), cell.Explained, cell.Added.LastToken,
        [
            .. cell.Patterns.Select(each => new TestedPatternView(
                each.Pattern.Text, each.Pattern.Semantic, each.Support, each.Fitted, each.Frequency, each.Q,
                EstimateView.Of(each.Precision), EstimateView.Of(each.Recall))),
        ],
        cell.Topic);
}

/// <summary>A pattern of a cell.</summary>
/// <param name="Pattern">For people: «… once upon a», «about ship, sail».</param>
/// <param name="Semantic">It is a topic, not an ending.</param>
/// <param name="Support">Triggers of the fitted half that hold it.</param>
/// <param name="Fitted">Of how many.</param>
/// <param name="Frequency">Share of the fitted half's prefixes that hold it.</param>
/// <param name="Q">Chance of so many at that frequency, over all patterns.</param>
/// <param name="Precision">Share of held-out prefixes with the pattern that fire the cell strongly.</param>
/// <param name="Recall">Share of held-out prefixes that fire it strongly that hold the pattern.</param>
public sealed record TestedPatternView(
    string Pattern, bool Semantic, int Support, int Fitted, double Frequency, double Q, EstimateView Precision,
    EstimateView Recall);
