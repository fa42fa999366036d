namespace Loci.Models.Blocks;

/// <summary>Rotary positions (Su et al. 2021, arXiv 2104.09864). Two are equal when they turn alike.</summary>
/// <param name="Size">Dimensions of a head that rotate, from its first; even.</param>
/// <param name="Interleaved">True for pairs (2i, 2i+1) as in llama2.c, false for (i, i + Size/2).</param>
/// <param name="InverseFrequencies">Radians a position, one per pair. [Size/2]</param>
public sealed record RotarySpec(int Size, bool Interleaved, IReadOnlyList<double> InverseFrequencies)
{
    /// <summary>Factor on cosines and sines (YaRN's attention factor): scores get its square.</summary>
    public double Scaling { get; init; } = 1;

    /// <summary>How a config made the frequencies, for those who write one; null where nobody said.</summary>
    public RotaryOrigin? Origin { get; init; }

    /// <inheritdoc/>
    public bool Equals(RotarySpec? other) =>
        other is not null && Size == other.Size && Interleaved == other.Interleaved && Scaling == other.Scaling
            && InverseFrequencies.SequenceEqual(other.InverseFrequencies);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(Size, Interleaved, InverseFrequencies.Count, InverseFrequencies is [.., var last] ? last : 0);
}

/// <summary>The settings that frequencies came from: base^(−2i/size), then a scaling for long contexts.</summary>
/// <param name="Base">The base.</param>
/// <param name="Scaling">«default», «linear», «llama3», «dynamic», «yarn» or «longrope».</param>
/// <param name="Factor">By how much wavelengths are stretched.</param>
/// <param name="LowFrequencyFactor">
/// Of llama3: wavelengths above the original context over this are stretched in full.
/// </param>
/// <param name="HighFrequencyFactor">Of llama3: wavelengths below the original context over this are kept.</param>
/// <param name="OriginalContext">Of llama3: the context it was trained with first.</param>
public sealed record RotaryOrigin(
    double Base, string Scaling = "default", double Factor = 1, double LowFrequencyFactor = 1,
    double HighFrequencyFactor = 1,
    double OriginalContext = 0)
{
    /// <summary>Of yarn, longrope and dynamic: all settings, as JSON; else null.</summary>
    public string? Settings { get; init; }

    /// <summary>
    /// Of longrope: the context that a config states. Loci reads texts up to <see cref="OriginalContext"/>, within
    /// which one table of frequencies holds.
    /// </summary>
    public int? StatedContext { get; init; }
}
