using Loci.Atlas;
using Loci.Memory.Recall;

namespace Loci.Server.Sharing;

/// <summary>One number of every cell, for a map of all layers: read once, then kept.</summary>
internal sealed class CellMap
{
    private readonly float[][] _rate, _most, _norm, _q, _dead;                 // [layers][cells]

    private CellMap(AtlasManifest manifest)
    {
        float[][] New() => [.. manifest.Spec.CellsPerLayer.Select(cells => new float[cells])];
        (_rate, _most, _norm, _q, _dead) = (New(), New(), New(), New(), New());
        foreach (float[] layer in _q) Array.Fill(layer, float.NaN);
    }

    /// <summary>What a map can be coloured by.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["rate", "strength", "norm", "agreement", "dead"];

    /// <summary>Reads every cell of an atlas.</summary>
    public static CellMap Read(AtlasFile atlas, CancellationToken cancel)
    {
        var map = new CellMap(atlas.Manifest);
        bool gated = atlas.Manifest.Spec.Gated;
        int read = 0;
        foreach (var cell in atlas.Cells)
        {
            if (++read % 1024 == 0) cancel.ThrowIfCancellationRequested();
            var all = cell.Statistics;
            map._rate[cell.Layer][cell.Index] = (float)all.FiringRate(Pole.Positive);
            map._dead[cell.Layer][cell.Index] = all.Dead(gated) ? 1 : 0;
            map._most[cell.Layer][cell.Index] = Math.Max(all.Max, gated ? -all.Min : 0) * cell.Value.Norm;
            map._norm[cell.Layer][cell.Index] = cell.Value.Norm;
        }
        foreach (var agreement in atlas.AllCellAgreement)
        {
            if (agreement.Readout != Readout.Folded) continue;
            ref float q = ref map._q[agreement.Cell.Layer][agreement.Cell.Index];
            q = float.IsNaN(q) ? (float)agreement.Q : Math.Min(q, (float)agreement.Q);
        }
        return map;
    }

    /// <summary>The numbers of a kind; NaN where a cell has none. [layers][cells]</summary>
    /// <exception cref="NameException">There is no such kind.</exception>
    public float[][] Of(string kind) => kind switch
    {
        "rate" => _rate,
        "strength" => _most,
        "norm" => _norm,
        "agreement" => _q,
        "dead" => _dead,
        _ => throw new NameException($"A map is coloured by {string.Join(", ", Kinds)}, not by «{kind}»."),
    };
}
