using System.Text.Json;
using Loci.Views;

namespace Loci.Server.Sharing;

/// <summary>
/// Lists of cells with names and notes, in one file beside the atlas. Whoever writes names the revision that he has
/// read, so that nothing written meanwhile is lost.
/// </summary>
internal sealed class CellNotes(string? path)
{
    private const long MostBytes = 4 << 20;

    private readonly Lock _gate = new();

    /// <summary>All lists.</summary>
    /// <exception cref="LociException">The file is damaged.</exception>
    public NotesView Read()
    {
        lock (_gate) return Load();
    }

    /// <summary>Puts lists in the place of the old ones.</summary>
    /// <returns>What is kept now.</returns>
    /// <exception cref="NotThereException">None are kept here.</exception>
    /// <exception cref="StaleException">Others have written meanwhile.</exception>
    public NotesView Write(NotesView notes)
    {
        if (path is null) throw new NotThereException("Notes are kept beside an atlas, and none is open.");
        foreach (var list in notes.Lists)
            foreach (var entry in list.Cells)
                if (!CellId.TryParse(entry.Cell, out _))
                    throw new NameException($"«{entry.Cell}» in the list «{list.Name}» is not a cell.");
        lock (_gate)
        {
            int now = Load().Revision;
            if (notes.Revision != now)
                throw new StaleException("The notes were changed elsewhere meanwhile; load them again.");
            var next = notes with { Revision = now + 1 };
            byte[] document = ViewJson.Write(next);
            if (document.Length > MostBytes) throw new LociException("The notes are larger than 4 MB; keep fewer.");
            AtomicFile.Write(path, document);
            return next;
        }
    }

    private NotesView Load()
    {
        if (path is null || !File.Exists(path)) return new(0, []);
        byte[] document = InputFile.Read(path, (int)MostBytes);
        try
        {
            return JsonSerializer.Deserialize(document, NotesJson.Default.NotesView) is { Lists: not null } notes
                ? notes
                : throw new InvalidFileException(path, "holds no notes");
        }
        catch (JsonException e)
        {
            throw new InvalidFileException(path, $"holds no notes: {e.Message}", inner: e);
        }
    }
}

/// <summary>What was to be changed has been changed meanwhile.</summary>
internal sealed class StaleException(string message) : LociException(message);
