using Loci.Editing;
using Loci.Models;

namespace Loci.Server.Sharing;

/// <summary>
/// The journal of the open model, edits that are solved and not written, and the model that the journal gives. The
/// file may be changed by others, too: it is read again when it was.
/// </summary>
internal sealed class ModelEdits(string? path)
{
    private const int MostPlans = 8;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<int, Solved> _plans = [];
    private (long Length, DateTime Written) _stamp = (-1, default);
    private EditJournal? _journal;
    private (EditJournal Of, Model Model)? _edited;
    private int _next = 1;

    private sealed record Solved(EditPlan Plan, EditCase Case);

    /// <summary>Held by who gathers statistics of keys: they are gathered once.</summary>
    public Lock Gathering { get; } = new();

    /// <summary>The journal's file; null: it is in memory alone.</summary>
    public string? Path => path;

    /// <summary>The journal as it is.</summary>
    /// <exception cref="LociException">It is damaged, or another model's.</exception>
    public EditJournal Journal(Model baseModel)
    {
        lock (_gate) return Load(baseModel);
    }

    /// <summary>The model with its edits; the base itself where there are none.</summary>
    public Model Edited(Model baseModel)
    {
        lock (_gate)
        {
            var journal = Load(baseModel);
            if (!journal.Active.Any()) return baseModel;
            if (_edited is not { } known || known.Of != journal)
                _edited = (journal, EditedModel.Open(baseModel, journal));
            // Shares weights with the base, and is never disposed of on its own: runs may still be on it.
            return _edited.Value.Model;
        }
    }

    /// <summary>Keeps a solved edit until it is written; the oldest is forgotten first.</summary>
    /// <returns>Its number.</returns>
    public int Keep(EditPlan plan, EditCase of)
    {
        lock (_gate)
        {
            while (_plans.Count >= MostPlans) _plans.Remove(_plans.Keys.First());
            _plans.Add(_next, new(plan, of));
            return _next++;
        }
    }

    /// <summary>Writes a solved edit into the journal.</summary>
    /// <exception cref="NotThereException">It is not kept, or not any more.</exception>
    /// <exception cref="StaleException">The journal is not the one it was solved on.</exception>
    public EditJournal Apply(Model baseModel, int number, string note)
    {
        lock (_gate)
        {
            if (!_plans.TryGetValue(number, out var solved))
                throw new NotThereException(
                    $"There is no forecast {number}: it was written, or forgotten for one of {MostPlans} newer ones.");
            var journal = Load(baseModel);
            var entry = solved.Plan.Entry;
            if (!journal.Active.Select(each => each.Number).SequenceEqual(entry.SolvedOn))
                throw new StaleException("The journal was changed since this was forecast; forecast it again.");
            Save(baseModel, journal.Add(entry with { Note = note, Time = DateTimeOffset.UtcNow }));
            _plans.Remove(number);
            return _journal!;
        }
    }

    /// <summary>Takes an edit back, or brings it back.</summary>
    /// <exception cref="LociException">There is no such edit, or it is in that state.</exception>
    public EditJournal Set(Model baseModel, int number, EditState state)
    {
        lock (_gate)
        {
            Save(baseModel, Load(baseModel).Set(number, state));
            return _journal!;
        }
    }

    private EditJournal Load(Model baseModel)
    {
        if (_journal is null || (path is not null && Stamp() != _stamp))
        {
            var stamp = Stamp();
            var read = path is not null && File.Exists(path) ? EditJournal.Load(path) : EditJournal.Of(baseModel);
            read.Require(baseModel);
            (_journal, _stamp) = (read, stamp);
        }
        return _journal;
    }

    private void Save(Model baseModel, EditJournal journal)
    {
        if (path is null) _journal = journal;
        else
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
            _journal = journal.Save(path);
            _stamp = Stamp();
        }
        _journal.Require(baseModel);
    }

    private (long Length, DateTime Written) Stamp()
    {
        if (path is null) return default;
        var file = new FileInfo(path);
        return file.Exists ? (file.Length, file.LastWriteTimeUtc) : (-1, default);
    }
}
