namespace Loci.Memory.FastWeights;

/// <summary>How full a memory is.</summary>
/// <param name="Total">d_dot, the number of keys that can be orthogonal to each other.</param>
/// <param name="Used">
/// The effective rank, exp of the entropy of the singular values' shares: how many directions are in use.
/// </param>
public readonly record struct Capacity(int Total, double Used)
{
    /// <summary>Directions that are free.</summary>
    public double Left => Total - Used;
}

/// <summary>What one more write would do.</summary>
/// <param name="Own">Relative error of the new pair, read right after its write.</param>
/// <param name="Collateral">
/// RMS change of the reads of the other keys, relative to the RMS of the value written.
/// </param>
public readonly record struct WriteForecast(double Own, double Collateral);
