using Loci.Models;

namespace Loci.Editing;

/// <summary>
/// An edit that is solved and not written: what it would be, what it forecasts, and the model it gives.
/// </summary>
/// <param name="Entry">For the journal.</param>
/// <param name="Forecast">What it will do, without a forward pass; null for trained edits, which have no keys.</param>
/// <param name="Before">The model it was solved on.</param>
/// <param name="After">The model with it.</param>
public sealed record EditPlan(JournalEntry Entry, Forecast? Forecast, Model Before, Model After)
{
    /// <summary>True where the model says every target by itself.</summary>
    public bool Took => Entry.After.All(score => score.Taken);
}
