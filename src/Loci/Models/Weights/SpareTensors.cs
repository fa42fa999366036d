namespace Loci.Models.Weights;

/// <summary>
/// Which tensors a checkpoint may hold beside those of its model. Every other one means that it computes something
/// else.
/// </summary>
internal static class SpareTensors
{
    // Tables that follow from the config: whoever wrote them, transformers computes them anew as we do.
    private static readonly string[] s_rotaryTables =
    [
        "inv_freq", "original_inv_freq", "cos_cached", "sin_cached", "cos_cache", "sin_cache", "cos_sin_cache",
        "freqs_cis", "freqs_cos", "freqs_sin",
        "rotary_cos", "rotary_sin",
    ];

    /// <summary>
    /// True for a table of rotary positions, by the last part of its name, in a model that has such positions.
    /// </summary>
    public static bool IsRotaryTable(string name, bool rotary) => rotary && s_rotaryTables.Contains(LastPart(name));

    /// <summary>
    /// True for a tensor with one of the names that a family says carry nothing: whole parts of a name, «.attn.bias».
    /// </summary>
    public static bool IsNamed(string name, IReadOnlyList<string> endings) =>
        endings.Any(ending => name.EndsWith(ending, StringComparison.Ordinal));

    private static string LastPart(string name) => name[(name.LastIndexOf('.') + 1)..];
}
