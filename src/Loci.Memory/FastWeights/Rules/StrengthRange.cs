namespace Loci.Memory.FastWeights;

/// <summary>The strengths β that writes of a rule may have.</summary>
/// <param name="Least">The smallest.</param>
/// <param name="Most">The largest.</param>
/// <param name="Words">What to say of one outside: "must be finite".</param>
public sealed record StrengthRange(float Least, float Most, string Words)
{
    /// <summary>Any finite number.</summary>
    public static StrengthRange Any { get; } = new(float.MinValue, float.MaxValue, "must be finite");

    /// <summary>0 and above.</summary>
    public static StrengthRange NotNegative { get; } = new(0, float.MaxValue, "must be finite and not negative");

    /// <summary>0 to 1.</summary>
    public static StrengthRange UpToOne { get; } = new(0, 1, "must be between 0 and 1");

    /// <summary>True if β is one of them.</summary>
    /// <param name="strength">β; NaN is never.</param>
    public bool Contains(float strength) => strength >= Least && strength <= Most;
}
