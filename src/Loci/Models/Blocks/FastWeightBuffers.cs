namespace Loci.Models.Blocks;

/// <summary>Sees what a fast-weight layer writes.</summary>
/// <param name="layer">The layer.</param>
/// <param name="keys">Before φ. [rows, heads, key size]</param>
/// <param name="values">[rows, heads, value size]</param>
internal delegate void WriteTap(int layer, ReadOnlySpan<float> keys, ReadOnlySpan<float> values);

/// <summary>Scratch memory of fast-weight layers; each grows to the largest batch it has seen.</summary>
internal sealed class FastWeightBuffers
{
    private readonly Dictionary<FastWeightSpec, FastWeightState> _scratch = [];
    private float[] _convolved = [], _queries = [], _keys = [], _values = [], _reads = [], _strengths = [], _logGates = [];

    /// <summary>Called by every fast-weight layer, for those who ask what a memory holds.</summary>
    public WriteTap? WriteTap { get; set; }

    public Span<float> Convolved(int length) => Workspace.Rent(ref _convolved, 1, length);

    public Span<float> Queries(int length) => Workspace.Rent(ref _queries, 1, length);

    public Span<float> Keys(int length) => Workspace.Rent(ref _keys, 1, length);

    public Span<float> Values(int length) => Workspace.Rent(ref _values, 1, length);

    public Span<float> Reads(int length) => Workspace.Rent(ref _reads, 1, length);

    public Span<float> Strengths(int length) => Workspace.Rent(ref _strengths, 1, length);

    public Span<float> LogGates(int length) => Workspace.Rent(ref _logGates, 1, length);

    /// <summary>Memories for texts of which nothing is kept.</summary>
    public FastWeightState Scratch(FastWeightSpec spec) =>
        _scratch.TryGetValue(spec, out var state) ? state : _scratch[spec] = new FastWeightState(spec);
}
