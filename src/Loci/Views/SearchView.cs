using Loci.Atlas;

namespace Loci.Views;

/// <summary>Cells that have to do with a text: <c>loci atlas search</c>.</summary>
/// <param name="TriggerCells">Cells with triggers that contain the text, listed or not.</param>
/// <param name="Triggers">
/// The first of them: most such triggers first, then the strongest. A pole has an entry of its own.
/// </param>
/// <param name="ValueCells">Cells whose value promotes a token that contains the text, listed or not.</param>
/// <param name="Values">
/// The first of them: the best place in the value's list first. A pole has an entry of its own.
/// </param>
public sealed record SearchView(
    int TriggerCells, IReadOnlyList<TriggerMatchView> Triggers, int ValueCells, IReadOnlyList<ValueMatchView> Values)
{
    /// <summary>What a search in an atlas found.</summary>
    public static SearchView Of(AtlasFile atlas, SearchResult found) => new(
        found.TriggerCells,
        [.. found.Triggers.Select(match => new TriggerMatchView(
            match.Cell.ToString(), match.Strength,
            [.. match.Triggers.Select(ranked => TriggerView.Of(atlas, ranked.Trigger))]))],
        found.ValueCells,
        [
            .. found.Values.Select(
                match => new ValueMatchView(match.Cell.ToString(), [.. match.Tokens.Select(RankedTokenView.Of)])),
        ]);
}

/// <summary>A cell with triggers that contain the text.</summary>
/// <param name="Cell">The cell and the pole.</param>
/// <param name="Strength">|m|·‖v‖ of the strongest of them.</param>
/// <param name="Matches">The triggers that contain it, strongest first.</param>
public sealed record TriggerMatchView(string Cell, float Strength, IReadOnlyList<TriggerView> Matches);

/// <summary>A cell whose value promotes tokens that contain the text.</summary>
/// <param name="Cell">The cell and the pole.</param>
/// <param name="Tokens">The tokens, best place first.</param>
public sealed record ValueMatchView(string Cell, IReadOnlyList<RankedTokenView> Tokens);

/// <summary>A token and its place in a readout of a value.</summary>
/// <param name="Token">Its text.</param>
/// <param name="Id">Its id.</param>
/// <param name="Logit">Its logit under +v, at the negative pole too.</param>
/// <param name="Rank">Its place, from 1.</param>
/// <param name="Readout">The readout in which it stands best: <c>raw</c> or <c>folded</c>.</param>
public sealed record RankedTokenView(string Token, int Id, float Logit, int Rank, string Readout)
{
    internal static RankedTokenView Of(RankedToken token) =>
        new(token.Text, token.Token.Id, token.Token.Logit, token.Rank, ViewNames.Of(token.Readout));
}
