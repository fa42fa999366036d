using Loci.Memory.Recall;
using Microsoft.Data.Sqlite;

namespace Loci.Atlas.Storage;

/// <summary>Reads cells from the tables cells, triggers and readouts: one, or all in order.</summary>
internal sealed class CellReader : IDisposable
{
    private const string Cells = "SELECT * FROM cells";
    private const string TriggersOf = "SELECT * FROM triggers";
    private const string Readouts = "SELECT * FROM readouts";

    private readonly AtlasManifest _manifest;
    private readonly RowReader _cell, _triggers, _readouts, _allCells, _allTriggers, _allReadouts;

    public CellReader(SqliteConnection database, string path, AtlasManifest manifest)
    {
        _manifest = manifest;
        _cell = new(database, path, Cells + " WHERE id = $0", 1);
        _triggers = new(database, path, TriggersOf + " WHERE cell = $0 ORDER BY pole", 1);
        _readouts = new(database, path, Readouts + " WHERE cell = $0 ORDER BY readout", 1);
        _allCells = new(database, path, Cells + " ORDER BY id");
        _allTriggers = new(database, path, TriggersOf + " ORDER BY cell, pole");
        _allReadouts = new(database, path, Readouts + " ORDER BY cell, readout");
    }

    /// <summary>One cell.</summary>
    public AtlasCell One(long id, int layer, int index)
    {
        try
        {
            return Read(id, layer, index, _cell.Start(id), _triggers.Start(id), _readouts.Start(id));
        }
        finally
        {
            _cell.Stop();
            _triggers.Stop();
            _readouts.Stop();
        }
    }

    /// <summary>All cells, by layer, then index.</summary>
    public IEnumerable<AtlasCell> All()
    {
        _allCells.Start();
        _allTriggers.Start();
        _allReadouts.Start();
        long id = 0;
        for (int layer = 0; layer < _manifest.Spec.Layers; layer++)
            for (int index = 0; index < _manifest.Spec.CellsPerLayer[layer]; index++)
                yield return Read(id++, layer, index, _allCells, _allTriggers, _allReadouts);
    }

    public void Dispose()
    {
        foreach (var rows in (RowReader[])[_cell, _triggers, _readouts, _allCells, _allTriggers, _allReadouts])
            rows.Dispose();
    }

    private AtlasCell Read(long id, int layer, int index, RowReader cells, RowReader triggers, RowReader readouts)
    {
        Go(cells, id);
        if (cells.Int() != layer || cells.Int() != index) throw cells.Damaged($"cell {id} is not L{layer}/{index}");
        var (statistics, histogram, norm) = Statistics(cells);
        var positive = Triggers(triggers, id, Pole.Positive);
        var negative = _manifest.Spec.Gated ? Triggers(triggers, id, Pole.Negative) : [];
        var raw = ReadReadout(readouts, id, Readout.Raw);
        var folded = ReadReadout(readouts, id, Readout.Folded);
        return new(layer, index, statistics, histogram, positive, negative, new(norm, raw, folded));
    }

    private (CellStatistics Statistics, long[] Histogram, float Norm) Statistics(RowReader row)
    {
        row.Bool();
        long positive = row.Int(), negative = row.Int();
        float max = (float)row.Real(), min = (float)row.Real();
        var sum = Blobs.Sum(row.Blob()) ?? throw row.Damaged("a sum is none");
        var squares = Blobs.Sum(row.Blob()) ?? throw row.Damaged("a sum is none");
        var histogram = Varint.Decode(row.Blob(), CoefficientBins.Count)
            ?? throw row.Damaged("a histogram has the wrong number of bins");
        float norm = (float)row.Real();
        row.End();
        return (new(_manifest.Prefixes, positive, negative, sum, squares, max, min), histogram, norm);
    }

    private static Trigger[] Triggers(RowReader row, long cell, Pole pole)
    {
        Go(row, cell);
        if (row.Int() != (long)pole) throw row.Damaged($"the {pole} pole of cell {cell} is missing");
        var triggers = Blobs.Triggers(row.Blob()) ?? throw row.Damaged($"the triggers of cell {cell} are no triggers");
        row.End();
        return triggers;
    }

    private ValueReadout ReadReadout(RowReader row, long cell, Readout readout)
    {
        Go(row, cell);
        if (row.Int() != (long)readout) throw row.Damaged($"the {readout} readout of cell {cell} is missing");
        var result = new ValueReadout(End(row), End(row));
        row.End();
        return result;
    }

    private ValueEnd End(RowReader row)
    {
        row.Int(_manifest.Spec.Vocabulary, "token");
        float probability = (float)row.Real(), z = (float)row.Real();
        var tokens = Blobs.Scores(row.Blob(), _manifest.Spec.Vocabulary) ?? throw row.Damaged("value tokens are no tokens");
        return new(tokens, probability, z);
    }

    private static void Go(RowReader rows, long cell)
    {
        if (!rows.Next() || rows.Int() != cell) throw rows.Damaged($"cell {cell} is missing");
    }
}
