using Loci.Atlas;
using Loci.Studies.Statistics;

namespace Loci.Studies.Causal;

/// <summary>What a changed cell's coefficient becomes.</summary>
internal sealed class Replacement
{
    private readonly IntactPass _intact;
    private readonly int _seed;
    private readonly float[][] _means;                                  // [layers][cells]

    public Replacement(AtlasFile atlas, IntactPass intact, int seed)
    {
        (_intact, _seed) = (intact, Sampling.Seed(seed, "donors"));
        _means = [.. atlas.Manifest.Spec.CellsPerLayer.Select(cells => new float[cells])];
        foreach (var cell in atlas.Cells) _means[cell.Layer][cell.Index] = (float)cell.Statistics.Mean;
    }

    /// <summary>The new coefficient.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="number">Its number, which decides the donor.</param>
    /// <param name="variant">The change.</param>
    /// <param name="back">Which token of the prefix, 0 for the last, 1 for the one before it.</param>
    public float Coefficient(CausalTrial trial, int number, Variant variant, int back)
    {
        int cell = trial.Changed(variant).Index;
        return variant.Ablation switch
        {
            Ablation.Zero => 0,
            Ablation.Mean => _means[trial.Layer][cell],
            _ => _intact.Donated(trial.Layer, cell, Donor(trial.Prefix, number, back)),
        };
    }

    // Any donor but the prefix itself; both cells of a trial get the same.
    private int Donor(int prefix, int number, int back)
    {
        bool isDonor = prefix < _intact.Donors;
        int donor = Sampling.Generator(Sampling.Seed(Sampling.Seed(_seed, number), back))
            .Next(_intact.Donors - (isDonor ? 1 : 0));
        return isDonor && donor >= prefix ? donor + 1 : donor;
    }
}
