using Loci.Memory.Numerics;

namespace Loci.Models.Blocks;

/// <summary>
/// The tables of rotary positions of one model: layers that turn alike share one, made when it is first needed.
/// </summary>
/// <param name="context">Positions are below this.</param>
internal sealed class RotaryTables(int context)
{
    private readonly Dictionary<RotarySpec, Lazy<Rotary>> _tables = [];

    public Lazy<Rotary> Of(RotarySpec spec)
    {
        if (!_tables.TryGetValue(spec, out var table))
            _tables[spec] = table = new(() => new(
                [.. spec.InverseFrequencies], spec.Interleaved ? RotaryPairs.Interleaved : RotaryPairs.Halves,
                context));
        return table;
    }
}
