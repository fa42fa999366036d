using System.Collections.Immutable;
using Loci.Models;

namespace Loci.Editing;

/// <summary>
/// The edits of a model, in order. The model itself is never written: an edited model is its base and a journal, W =
/// base + the sum of the active edits' changes, in float64 in journal order, rounded once. So whatever is taken back,
/// in
/// whatever order, the weights are exactly those of the sum without it. A value: each change gives another journal.
/// </summary>
public sealed class EditJournal
{
    private EditJournal(string baseName, string baseIdentity, ImmutableArray<JournalEntry> entries, string seal) =>
        (BaseName, BaseIdentity, Entries, Seal) = (baseName, baseIdentity, entries, seal);

    /// <summary>What the base was called when the journal was begun.</summary>
    public string BaseName { get; }

    /// <summary>The base's <see cref="Model.Identity"/>.</summary>
    public string BaseIdentity { get; }

    /// <summary>The edits, in the order their changes are summed.</summary>
    public ImmutableArray<JournalEntry> Entries { get; }

    /// <summary>Those that count.</summary>
    public IEnumerable<JournalEntry> Active => Entries.Where(entry => entry.IsActive);

    /// <summary>
    /// SHA-256 of the file it was read from, or empty: what <see cref="Save"/> expects to find there.
    /// </summary>
    internal string Seal { get; }

    /// <summary>An empty journal of a model.</summary>
    public static EditJournal Of(Model model) => new(model.Name, model.Identity, [], "");

    /// <summary>True for a file that says in its first bytes that it is a journal.</summary>
    public static bool Is(string path) => JournalFile.Is(path);

    /// <summary>Reads a journal.</summary>
    /// <exception cref="LociException">There is none, or it is damaged.</exception>
    public static EditJournal Load(string path)
    {
        var (head, entries, seal) = JournalFile.Read(path);
        return new(head.Model, head.Base, entries, seal);
    }

    /// <summary>Writes the journal: the file holds the old one or the new one, whatever happens meanwhile.</summary>
    /// <exception cref="LociException">
    /// It cannot be written, or the file is not the one that was read: somebody else has written to it.
    /// </exception>
    public EditJournal Save(string path) =>
        new(BaseName, BaseIdentity, Entries, JournalFile.Write(path, BaseName, BaseIdentity, Entries, Seal));

    /// <summary>The same journal as if it had not been read from a file: for a new name.</summary>
    public EditJournal Copy() => new(BaseName, BaseIdentity, Entries, "");

    /// <summary>An edit by its number.</summary>
    /// <exception cref="LociException">There is none.</exception>
    public JournalEntry this[int number] => Entries.FirstOrDefault(entry => entry.Number == number)
        ?? throw new LociException(Entries.IsEmpty
            ? "The journal holds no edits."
            : $"There is no edit {number} in the journal; there are "
                + $"{string.Join(", ", Entries.Select(e => e.Number))}.");

    /// <summary>The number of the next edit.</summary>
    public int NextNumber => Entries.IsEmpty ? 1 : Entries.Max(entry => entry.Number) + 1;

    /// <summary>The journal with one more edit at its end; gives it its number.</summary>
    public EditJournal Add(JournalEntry entry) => With(Entries.Add(entry with { Number = NextNumber }));

    /// <summary>The journal with an edit in another state.</summary>
    /// <exception cref="LociException">There is no such edit, or it is in that state.</exception>
    public EditJournal Set(int number, EditState state)
    {
        var entry = this[number];
        if (entry.State == state)
            throw new LociException($"Edit {number} is {Word(state)} already.");
        return With(Entries.Replace(entry, entry with { State = state }));
    }

    /// <summary>The journal with another name or note for an edit.</summary>
    /// <exception cref="LociException">There is no such edit.</exception>
    public EditJournal Rename(int number, string name, string? note = null)
    {
        var entry = this[number];
        return With(Entries.Replace(entry, entry with { Name = name, Note = note ?? entry.Note }));
    }

    /// <summary>The journal with an edit moved before another, or to the end.</summary>
    /// <param name="number">The edit.</param>
    /// <param name="before">The edit it comes before; null for the end.</param>
    /// <exception cref="LociException">There is no such edit.</exception>
    public EditJournal Move(int number, int? before)
    {
        var entry = this[number];
        if (before == number) throw new LociException($"Edit {number} cannot come before itself.");
        var without = Entries.Remove(entry);
        int place = before is { } other ? without.IndexOf(this[other]) : without.Length;
        return With(without.Insert(place, entry));
    }

    /// <summary>
    /// The journal with another's edits behind its own, under new numbers; those that are in both stand once.
    /// Conflicts: two active edits that write to one prompt, the same answer or two. Both stay, for a person to choose.
    /// </summary>
    /// <exception cref="LociException">The other is of another base.</exception>
    public (EditJournal Merged, IReadOnlyList<string> Conflicts) Merge(EditJournal other)
    {
        if (other.BaseIdentity != BaseIdentity)
            throw new LociException(
                $"The journals are of two bases, «{BaseName}» {BaseIdentity[..12]} and «{other.BaseName}» "
                + $"{other.BaseIdentity[..12]}.");
        var merged = Copy();
        var conflicts = new List<string>();
        foreach (var entry in other.Entries)
        {
            if (Entries.Any(own => own.IsSame(entry))) continue;
            foreach (var own in Active.Where(_ => entry.IsActive))
                foreach (var request in own.Requests)
                    if (entry.Requests.FirstOrDefault(r => r.Prompt == request.Prompt) is { } same)
                        conflicts.Add(
                            $"edit {own.Number} and edit {merged.NextNumber} (there {entry.Number}) answer "
                            + $"«{request.Prompt}» "
                            + (same.Target == request.Target ? "alike, each for itself" : "differently")
                            + "; disable one of them.");
            merged = merged.Add(entry with { SolvedOn = [] });
        }
        return (merged, conflicts);
    }

    /// <summary>
    /// Active edits that were solved while an edit was active: their changes stay as they are when it is taken back,
    /// though they were computed with it in place.
    /// </summary>
    public IReadOnlyList<JournalEntry> SolvedOnTopOf(int number) =>
        [.. Active.Where(entry => entry.SolvedOn.Contains(number))];

    /// <summary>Refuses a model that is not the journal's base.</summary>
    /// <exception cref="LociException">With both identities.</exception>
    public void Require(Model model)
    {
        if (model.Identity != BaseIdentity)
            throw new LociException(
                $"{model.Name} is not the model this journal edits, «{BaseName}»: the hash of weights and config there "
                + $"is {BaseIdentity[..12]}, here {model.Identity[..12]}.");
    }

    /// <summary>«active», «undone», «disabled».</summary>
    public static string Word(EditState state) => state switch
    {
        EditState.Active => "active",
        EditState.Undone => "undone",
        _ => "disabled",
    };

    internal EditJournal With(ImmutableArray<JournalEntry> entries) => new(BaseName, BaseIdentity, entries, Seal);
}
