using Loci.Memory.FeedForward;
using Loci.Models.Blocks;

namespace Loci.Models;

/// <summary>
/// The memory of one forward pass at a time: grows to the largest batch it has seen and is then reused. One thread
/// uses a workspace; any number of workspaces share one <see cref="Transformer"/>.
/// </summary>
public sealed class Workspace(ModelSpec spec)
{
    private float[] _stream = [], _normed = [], _projected = [], _mixed = [], _branch = [], _coefficients = [],
        _content = [];
    private readonly List<(Batch Batch, Workspace Workspace)> _parts = [];

    /// <summary>The residual stream; after a pass, what the final norm reads. [rows, width]</summary>
    public Span<float> Stream(int rows) => Rent(ref _stream, rows, spec.Width);

    internal Span<float> Normed(int rows) => Rent(ref _normed, rows, spec.Width);

    internal Span<float> Projected(int rows, int width) => Rent(ref _projected, rows, width);

    internal Span<float> Mixed(int rows, int width) => Rent(ref _mixed, rows, width);

    internal Span<float> Branch(int rows) => Rent(ref _branch, rows, spec.Width);

    internal Span<float> Coefficients(int rows, int cells) => Rent(ref _coefficients, rows, cells);

    /// <summary>What gated cells need beside; empty for others.</summary>
    internal Span<float> Content(int rows, FeedForwardMemory cells) =>
        cells.IsGated ? Rent(ref _content, rows, cells.Capacity) : [];

    /// <summary>What fast-weight layers need beside.</summary>
    internal FastWeightBuffers FastWeights { get; } = new();

    /// <summary>
    /// The sequences of a batch in at most so many runs of about equal length, each with a workspace of its own. Valid
    /// until the next call.
    /// </summary>
    internal IReadOnlyList<(Batch Batch, Workspace Workspace)> Parts(Batch batch, int most)
    {
        while (_parts.Count < most) _parts.Add((new Batch(), new Workspace(spec)));
        foreach (var part in _parts) part.Batch.Clear();
        int count = Math.Min(most, batch.Sequences.Count);
        foreach (var (first, length, _) in batch.Sequences)
        {
            long middle = 2L * first + length;
            int part = (int)Math.Min(middle * count / Math.Max(1, 2L * batch.Rows), count - 1);
            _parts[part].Batch.Add(batch.Tokens.Slice(first, length));
        }
        return _parts[..count];
    }

    internal static Span<float> Rent(ref float[] buffer, int rows, int width)
    {
        int length = checked(rows * width);
        if (buffer.Length < length)
        {
            buffer = GC.AllocateUninitializedArray<float>(length);
#if DEBUG
            buffer.AsSpan().Fill(float.NaN); // whoever reads before writing shall see it
#endif
        }
        return buffer.AsSpan(0, length);
    }
}
