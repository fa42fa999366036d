using Loci.Memory.Recall;

namespace Loci.Atlas;

/// <summary>Everything the atlas knows of one cell.</summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="Index">Cell within the layer, from 0.</param>
/// <param name="Statistics">Its coefficients over the whole corpus.</param>
/// <param name="Histogram">Prefixes by coefficient, in the bins of <see cref="CoefficientBins"/>.</param>
/// <param name="Positive">
/// The strongest prefixes of the positive pole, strongest first, ties to the earlier prefix.
/// </param>
/// <param name="Negative">The same of the negative pole; empty unless the model is gated.</param>
/// <param name="Value">What its value says to the vocabulary.</param>
public sealed record AtlasCell(
    int Layer,
    int Index,
    CellStatistics Statistics,
    IReadOnlyList<long> Histogram,
    IReadOnlyList<Trigger> Positive,
    IReadOnlyList<Trigger> Negative,
    CellValue Value)
{
    /// <summary>The triggers of one pole.</summary>
    public IReadOnlyList<Trigger> Triggers(Pole pole) => pole == Pole.Positive ? Positive : Negative;
}
