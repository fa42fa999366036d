using Loci.Memory.Recall;
using Microsoft.Data.Sqlite;

namespace Loci.Atlas.Storage;

/// <summary>Reads cells from the tables cells, triggers and readouts: one, or all in order.</summary>
internal sealed class CellReader : IDisposable
{
    private readonly AtlasManifest _manifest;
    private readonly int _format;
    private readonly RowReader _cell, _triggers, _readouts, _allCells, _allTriggers, _allReadouts;

    /// <param name="database">Where from.</param>
    /// <param name="path">The file, for errors.</param>
    /// <param name="manifest">The atlas.</param>
    /// <param name="format">Its format.</param>
    /// <param name="checks">What the tables must hold; null while they are being written.</param>
    public CellReader(SqliteConnection database, string path, AtlasManifest manifest, int format, TableChecks? checks)
    {
        (_manifest, _format) = (manifest, format);
        _cell = new(database, path, "SELECT * FROM cells WHERE id = $0", 1);
        _triggers = new(database, path, "SELECT * FROM triggers WHERE cell = $0 ORDER BY pole", 1);
        _readouts = new(database, path, "SELECT * FROM readouts WHERE cell = $0 ORDER BY readout", 1);
        _allCells = new(database, path, "cells", "id", checks?["cells"]);
        _allTriggers = new(database, path, "triggers", "cell, pole", checks?["triggers"]);
        _allReadouts = new(database, path, "readouts", "cell, readout", checks?["readouts"]);
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
        foreach (var table in (RowReader[])[_allCells, _allTriggers, _allReadouts]) table.Complete();
    }

    /// <summary>All trigger lists, by cell, then pole.</summary>
    public IEnumerable<(long Cell, Pole Pole, Trigger[] Triggers)> AllTriggers()
    {
        _allTriggers.Start();
        for (long cell = 0; cell < _manifest.Spec.Cells; cell++)
            foreach (var pole in _manifest.Spec.Poles)
                yield return (cell, pole, Triggers(_allTriggers, cell, pole));
        _allTriggers.Complete();
    }

    /// <summary>All readouts, by cell.</summary>
    public IEnumerable<(long Cell, ValueReadout Raw, ValueReadout Folded)> AllReadouts()
    {
        _allReadouts.Start();
        for (long cell = 0; cell < _manifest.Spec.Cells; cell++)
            yield return (cell, ReadReadout(_allReadouts, cell, Readout.Raw),
                ReadReadout(_allReadouts, cell, Readout.Folded));
        _allReadouts.Complete();
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
        long prefixes = _format == 1 ? _manifest.Prefixes : row.Int(), positive = row.Int(), negative = row.Int();
        float max = (float)row.Real(), min = (float)row.Real();
        var sum = Blobs.Sum(row.Blob()) ?? throw row.Damaged("a sum is none");
        var squares = Blobs.Sum(row.Blob()) ?? throw row.Damaged("a sum is none");
        var histogram = Varint.Decode(row.Blob(), CoefficientBins.Count)
            ?? throw row.Damaged("a histogram has the wrong number of bins");
        float norm = (float)row.Real();
        row.End();
        return (new(prefixes, positive, negative, sum, squares, max, min), histogram, norm);
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
        var tokens = Blobs.Scores(row.Blob(), _manifest.Spec.Vocabulary)
            ?? throw row.Damaged("value tokens are no tokens");
        return new(tokens, probability, z);
    }

    private static void Go(RowReader rows, long cell)
    {
        if (!rows.Next() || rows.Int() != cell) throw rows.Damaged($"cell {cell} is missing");
    }
}
