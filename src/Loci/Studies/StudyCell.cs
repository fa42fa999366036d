using Loci.Atlas;
using Loci.Memory.Recall;
using Loci.Studies.Statistics;

namespace Loci.Studies;

/// <summary>One pole of a sampled cell, with what fires it.</summary>
/// <param name="Id">The cell and the pole.</param>
/// <param name="Triggers">Its strongest prefixes, strongest first; at least one.</param>
/// <param name="Cell">All that the atlas knows of the cell.</param>
public sealed record StudyCell(CellId Id, IReadOnlyList<Trigger> Triggers, AtlasCell Cell)
{
    /// <summary>
    /// A seeded sample of every layer's cells, in order of layer, index and pole. Cells are drawn from those with a
    /// trigger at some pole; of a gated cell each pole that fired is an entry of its own.
    /// </summary>
    /// <param name="atlas">The atlas.</param>
    /// <param name="keysPerLayer">Cells of a layer; all that fired where there are fewer.</param>
    /// <param name="triggers">Most triggers of an entry.</param>
    /// <param name="seed">Decides the sample.</param>
    public static IReadOnlyList<StudyCell> Sample(AtlasFile atlas, int keysPerLayer, int triggers, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keysPerLayer, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(triggers, 1);
        var live = new List<int>[atlas.Manifest.Spec.Layers];
        for (int layer = 0; layer < live.Length; layer++) live[layer] = [];
        foreach (var cell in atlas.Cells)
            if (cell.Positive.Count + cell.Negative.Count > 0) live[cell.Layer].Add(cell.Index);
        List<StudyCell> sample = [];
        for (int layer = 0; layer < live.Length; layer++)
            foreach (int at in Sampling.Draw(live[layer].Count, keysPerLayer, Sampling.Seed(seed, "cells", layer)))
                sample.AddRange(Poles(atlas, new(layer, live[layer][at]), triggers));
        return sample;
    }

    /// <summary>Cells and poles that were chosen; one without a trigger is left out.</summary>
    /// <exception cref="LociException">The model has no such cell or pole.</exception>
    public static IReadOnlyList<StudyCell> Of(AtlasFile atlas, IReadOnlyList<CellId> ids, int triggers) =>
        [.. ids.SelectMany(id => Poles(atlas, id, triggers).Where(cell => cell.Id == id))];

    private static IEnumerable<StudyCell> Poles(AtlasFile atlas, CellId id, int triggers)
    {
        var cell = atlas.Cell(id);
        foreach (var pole in (Pole[])[Pole.Positive, Pole.Negative])
            if (cell.Triggers(pole) is { Count: > 0 } all)
                yield return new(id with { Pole = pole }, [.. all.Take(triggers)], cell);
    }
}
