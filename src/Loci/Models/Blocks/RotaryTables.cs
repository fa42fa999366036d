using Loci.Memory.Numerics;

namespace Loci.Models.Blocks;

/// <summary>
/// The tables of rotary positions of one model: layers that turn alike share one, made when it is first needed.
/// </summary>
/// <param name="context">Positions are below this.</param>
internal sealed class RotaryTables(int context)
{
    private readonly Dictionary<(RotarySpec Spec, bool Back), Lazy<Rotary>> _tables = [];

    public Lazy<Rotary> Of(RotarySpec spec) => Of(spec, back: false);

    /// <summary>Turns by the opposite angles: the way back of a rotation.</summary>
    public Lazy<Rotary> BackOf(RotarySpec spec) => Of(spec, back: true);

    private Lazy<Rotary> Of(RotarySpec spec, bool back)
    {
        if (!_tables.TryGetValue((spec, back), out var table))
            _tables[(spec, back)] = table = new(() => new(
                [.. spec.InverseFrequencies.Select(frequency => back ? -frequency : frequency)],
                spec.Interleaved ? RotaryPairs.Interleaved : RotaryPairs.Halves,
                context, spec.Scaling));
        return table;
    }
}
