namespace Loci.Models.Blocks;

/// <summary>Scratch memory of fast-weight layers; each grows to the largest batch it has seen.</summary>
internal sealed class FastWeightBuffers
{
    private readonly Dictionary<FastWeightSpec, FastWeightState> _scratch = [];
    private float[] _convolved = [], _queries = [], _keys = [], _values = [], _reads = [], _strengths = [],
        _logGates = [];

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
