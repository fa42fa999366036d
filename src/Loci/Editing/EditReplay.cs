using Loci.Models;

namespace Loci.Editing;

/// <summary>
/// Solves a journal's active edits anew, one after another, each with the method and settings it was solved with: on
/// the same base, as if what was taken back had never been; or on another checkpoint of the same shape.
/// </summary>
/// <remarks>
/// Undo leaves the later edits as they were solved. Where an edit writes several layers its upper keys were read after
/// the lower layers had been written, so only a replay gives what would have been solved without the one undone.
/// </remarks>
public static class EditReplay
{
    /// <summary>Replays a journal.</summary>
    /// <param name="model">The base to solve on.</param>
    /// <param name="journal">The edits. Its own base may be another.</param>
    /// <param name="statistics">Of the model's keys, where a method needs them.</param>
    /// <param name="time">Of the new entries.</param>
    /// <param name="compute">Threads to use, and what ends it early.</param>
    /// <param name="progress">Told the edits that are done.</param>
    /// <returns>A journal of the model with the edits that were solved, under new numbers.</returns>
    /// <exception cref="LociException">A method is not known.</exception>
    public static ReplayResult Run(
        Model model, EditJournal journal, KeyStatistics? statistics, DateTimeOffset time, Compute compute = default,
        IProgress<int>? progress = null)
    {
        var anew = EditJournal.Of(model);
        var edits = new List<ReplayedEdit>();
        foreach (var entry in journal.Active)
        {
            compute.Cancellation.ThrowIfCancellationRequested();
            var method = EditMethod.Of(entry);
            try
            {
                var plan = new Editor(model, anew, statistics).Plan(
                    entry.Requests, method, EditSettings.Of(entry), null, compute);
                anew = anew.Add(plan.Entry with { Name = entry.Name, Note = entry.Note, Time = time });
                edits.Add(new(entry, anew.Entries[^1], ""));
                plan.Before.Dispose();
                plan.After.Dispose();
            }
            catch (LociException e)
            {
                edits.Add(new(entry, null, e.Message));
            }
            progress?.Report(edits.Count);
        }
        return new(anew, edits);
    }
}

/// <summary>What a replay gave.</summary>
/// <param name="Journal">The new journal.</param>
/// <param name="Edits">Every active edit of the old one.</param>
public sealed record ReplayResult(EditJournal Journal, IReadOnlyList<ReplayedEdit> Edits)
{
    /// <summary>True where every edit was solved and the model says every target.</summary>
    public bool Took => Edits.All(edit => edit.Now is { } now && now.After.All(score => score.Taken));
}

/// <summary>An edit and what became of it.</summary>
/// <param name="Was">As it was.</param>
/// <param name="Now">As it was solved anew; null where it was refused.</param>
/// <param name="Refusal">Why, or empty.</param>
public sealed record ReplayedEdit(JournalEntry Was, JournalEntry? Now, string Refusal);
