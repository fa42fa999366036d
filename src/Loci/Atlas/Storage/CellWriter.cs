using Loci.Memory.Recall;
using Microsoft.Data.Sqlite;

namespace Loci.Atlas.Storage;

/// <summary>Writes cells to the tables cells, triggers and readouts, and their layers to layers.</summary>
internal sealed class CellWriter(SqliteConnection database, AtlasManifest manifest,
    IDictionary<string, TableCheck> checks)
    : IDisposable
{
    private readonly RowWriter _layers = new(database, "layers", 6, checks);
    private readonly RowWriter _cells = new(database, "cells", 13, checks);
    private readonly RowWriter _triggers = new(database, "triggers", 3, checks);
    private readonly RowWriter _readouts = new(database, "readouts", 10, checks);
    private long _id;
    private int _layer, _index, _dead, _disagreeing;

    public void Write(AtlasCell cell)
    {
        EndFullLayers();
        if (_layer == manifest.Spec.Layers)
            throw new ArgumentException($"L{cell.Layer}/{cell.Index}: the model has no such cell");
        if (cell.Layer != _layer || cell.Index != _index)
            throw new ArgumentException($"L{cell.Layer}/{cell.Index} came where L{_layer}/{_index} belongs");
        CellChecks.Check(cell, manifest);
        var statistics = cell.Statistics;
        _cells.Add(_id).Add((long)_layer).Add((long)_index).Add(statistics.Dead(manifest.Spec.Gated)).Add(
            statistics.Count)
            .Add(statistics.Positive).Add(statistics.Negative).Add((double)statistics.Max).Add((double)statistics.Min)
            .Add(Blobs.Sum(statistics.Sum)).Add(Blobs.Sum(statistics.SumOfSquares))
            .Add(Varint.Encode(cell.Histogram)).Add((double)cell.Value.Norm).End();
        _triggers.Add(_id).Add((long)Pole.Positive).Add(Blobs.Triggers(cell.Positive)).End();
        if (manifest.Spec.Gated) _triggers.Add(_id).Add((long)Pole.Negative).Add(Blobs.Triggers(cell.Negative)).End();
        foreach (var readout in Enum.GetValues<Readout>())
        {
            _readouts.Add(_id).Add((long)readout);
            WriteEnd(cell.Value.At(readout).Top);
            WriteEnd(cell.Value.At(readout).Bottom);
            _readouts.End();
        }
        if (statistics.Dead(manifest.Spec.Gated)) _dead++;
        if (cell.Value.Raw.Top.Prediction != cell.Value.Folded.Top.Prediction) _disagreeing++;
        (_id, _index) = (_id + 1, _index + 1);
    }

    /// <summary>Ends the last layer; every cell must have come.</summary>
    public void Complete()
    {
        EndFullLayers();
        if (_layer < manifest.Spec.Layers) throw new ArgumentException($"L{_layer}/{_index} is missing");
    }

    public void Dispose()
    {
        _layers.Dispose();
        _cells.Dispose();
        _triggers.Dispose();
        _readouts.Dispose();
    }

    private void WriteEnd(ValueEnd end) =>
        _readouts.Add((long)end.Prediction).Add((double)end.Probability).Add((double)end.ZScore)
        .Add(Blobs.Scores(end.Tokens));

    private void EndFullLayers()
    {
        for (; _layer < manifest.Spec.Layers && _index == manifest.Spec.CellsPerLayer[_layer]; _layer++)
        {
            _layers.Add((long)_layer).Add(_id - _index).Add((long)_index).Add((long)_dead).Add(manifest.Prefixes)
                .Add((long)_disagreeing).End();
            (_index, _dead, _disagreeing) = (0, 0, 0);
        }
    }
}
