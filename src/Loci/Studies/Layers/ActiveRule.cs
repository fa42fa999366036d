namespace Loci.Studies.Layers;

/// <summary>Which cells of a layer count as active at a prefix.</summary>
public enum ActiveRule
{
    /// <summary>m ≠ 0, which with ReLU is m &gt; 0 and the paper's. Under GELU and SiLU nearly every cell.</summary>
    NonZero,

    /// <summary>
    /// The fewest cells that carry 99 % of Σ |m|·‖v‖, the strongest first, ties to the smaller index.
    /// </summary>
    Carrying99,

    /// <summary>The fewest that carry 90 %.</summary>
    Carrying90,
}
