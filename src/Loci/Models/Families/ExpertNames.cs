namespace Loci.Models.Families;

/// <summary>
/// What a family calls the tensors of layers with experts; <c>{0}</c> is the layer, <c>{1}</c> the expert. A dense
/// layer of such a model has the usual names.
/// </summary>
internal sealed record ExpertNames
{
    /// <summary>The weights of the router. [experts, width]</summary>
    public required string Router { get; init; }

    public required string GateKeys { get; init; }

    public required string Keys { get; init; }

    public required string Values { get; init; }

    /// <summary>
    /// True where one tensor [experts, 2·cells, width], under the name of the keys, holds the selectors and the keys of
    /// all experts, and one [experts, width, cells] their values.
    /// </summary>
    public bool Stacked { get; init; }

    /// <summary>Of the shared expert.</summary>
    public string? SharedGate { get; init; }

    public string? SharedGateKeys { get; init; }

    public string? SharedKeys { get; init; }

    public string? SharedValues { get; init; }
}
