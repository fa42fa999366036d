namespace Loci.Memory.Recall;

/// <summary>Which way a cell fires. Only the cells of gated layers have a negative pole.</summary>
public enum Pole
{
    /// <summary>Positive coefficients: the value is added as it is.</summary>
    Positive,

    /// <summary>Negative coefficients: the value acts as −v.</summary>
    Negative,
}
