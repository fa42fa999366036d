using Loci.Memory.Recall;

namespace Loci.Atlas;

/// <summary>Cells that have to do with a text.</summary>
/// <param name="Triggers">
/// Cells with triggers that contain it: most such triggers first, then the strongest (|m|·‖v‖ of the best), then by
/// cell.
/// </param>
/// <param name="TriggerCells">How many such cells there are, listed or not.</param>
/// <param name="TriggerPoles">How many poles of theirs: a gated cell can be listed at either.</param>
/// <param name="Values">
/// Cells whose value promotes a token that contains it: the best place in the list first, then the largest |logit|/‖v‖,
/// then by cell.
/// </param>
/// <param name="ValueCells">How many such cells there are, listed or not.</param>
/// <param name="ValuePoles">How many poles of theirs.</param>
public sealed record SearchResult(
    IReadOnlyList<TriggerMatch> Triggers, int TriggerCells, int TriggerPoles,
    IReadOnlyList<ValueMatch> Values, int ValueCells, int ValuePoles);

/// <summary>Where a page of a search ends: the next one begins after it.</summary>
/// <param name="Trigger">The last cell found by its triggers; null: from the beginning.</param>
/// <param name="Value">The last cell found by its value; null: from the beginning.</param>
public readonly record struct SearchPlace(CellId? Trigger, CellId? Value);

/// <summary>A cell some of whose triggers contain the text.</summary>
/// <param name="Cell">The cell and the pole.</param>
/// <param name="Strength">|m|·‖v‖ of the strongest of them.</param>
/// <param name="Triggers">The triggers that contain it, strongest first.</param>
public sealed record TriggerMatch(CellId Cell, float Strength, IReadOnlyList<RankedTrigger> Triggers);

/// <summary>A trigger and its place in the list of its cell.</summary>
/// <param name="Rank">Place, from 1.</param>
/// <param name="Trigger">The trigger.</param>
public readonly record struct RankedTrigger(int Rank, Trigger Trigger);

/// <summary>A cell whose value promotes tokens that contain the text.</summary>
/// <param name="Cell">The cell and the pole.</param>
/// <param name="Tokens">The tokens, best place first, each under the readout in which it stands best.</param>
public sealed record ValueMatch(CellId Cell, IReadOnlyList<RankedToken> Tokens);

/// <summary>A value token and its place in a readout.</summary>
/// <param name="Rank">Place, from 1.</param>
/// <param name="Readout">The readout.</param>
/// <param name="Token">The token and its logit.</param>
/// <param name="Text">Its text.</param>
public readonly record struct RankedToken(int Rank, Readout Readout, ScoredToken Token, string Text);
