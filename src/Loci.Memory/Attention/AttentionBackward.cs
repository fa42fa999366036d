using Loci.Memory.FastWeights.Kernels;
using Loci.Memory.Numerics;

namespace Loci.Memory.Attention;

/// <summary>
/// The backward pass of <see cref="AttentionPass"/> for the queries of one key-value head over one sequence. Scores are
/// computed anew, block by block of queries: P = softmax(S), dV = PᵀdO, dP = dO·Vᵀ, dS = P∘(dP − Σ P∘dP), dQ = dS·K and
/// dK = dSᵀ·Q, as Dao et al. 2022 (arXiv 2205.14135, appendix B) have it; dS takes the slope of the soft cap and the
/// scale with it.
/// </summary>
/// <remarks>
/// Sums over keys and queries are single chains, ascending; those of a row are in canonical lanes. Rows of keys and
/// queries are padded to whole tiles of the product kernels.
/// </remarks>
internal unsafe ref struct AttentionBackward
{
    private const int BlockRows = 64;

    private readonly AttentionShape _shape;
    private readonly HeadKernels<float> _kernels;
    private readonly int _count, _block;
    private readonly nint _wide, _long; // floats of a padded head, and of a padded row of scores
    private readonly float* _k, _v, _dk, _dv; // [count, wide]
    private readonly float* _kt, _vt; // [head size, long]
    private readonly float* _q, _do, _dq; // [block, wide]
    private readonly float* _p, _dp, _s; // [block, long]

    public AttentionBackward(AttentionShape shape, int count)
    {
        (_shape, _count, _block) = (shape, count, Math.Min(BlockRows, count));
        _kernels = HeadKernels<float>.Current;
        _wide = Padded(shape.HeadSize);
        _long = Padded(count) + Lanes.Count; // not a power of two: rows fall into different cache sets
        nint keys = count * _wide, turned = shape.HeadSize * _long, queries = _block * _wide, scores = _block * _long;
        nint capped = shape.SoftCap != 0 ? scores : 0;
        float* scratch = AttentionScratch.Take(4 * keys + 2 * turned + 3 * queries + 2 * scores + capped);
        _k = scratch;
        _v = _k + keys;
        _dk = _v + keys;
        _dv = _dk + keys;
        _kt = _dv + keys;
        _vt = _kt + turned;
        _q = _vt + turned;
        _do = _q + queries;
        _dq = _do + queries;
        _p = _dq + queries;
        _dp = _p + scores;
        _s = _dp + scores;
    }

    public nint QueryStride { get; init; }

    public nint KeyStride { get; init; }

    public nint ValueStride { get; init; }

    public nint OutputStride { get; init; }

    /// <summary>
    /// Overwrites the gradients of one key-value head and its queries, of which the first has a number; they lie as
    /// what they are of.
    /// </summary>
    public readonly void Run(
        int firstHead, float* queries, float* keys, float* values, float* outputs, float* dQueries, float* dKeys,
        float* dValues)
    {
        int size = _shape.HeadSize;
        Load(keys, KeyStride, _k, _count);
        Load(values, ValueStride, _v, _count);
        Turn(_k, _kt);
        Turn(_v, _vt);
        new Span<float>(_dk, checked((int)(_count * _wide))).Clear();
        new Span<float>(_dv, checked((int)(_count * _wide))).Clear();
        for (int head = 0; head < _shape.Group; head++)
            for (int first = 0; first < _count; first += _block)
            {
                nint at = first * QueryStride + head * (nint)size;
                int rows = Math.Min(_block, _count - first);
                Load(queries + at, QueryStride, _q, rows);
                Load(outputs + first * OutputStride + head * (nint)size, OutputStride, _do, rows);
                Block(first, rows, _shape.Slope(firstHead + head));
                Store(_dq, dQueries + at, QueryStride, rows);
            }
        Store(_dk, dKeys, KeyStride, _count);
        Store(_dv, dValues, ValueStride, _count);
    }

    private readonly void Block(int first, int rows, float slope)
    {
        int size = _shape.HeadSize, from = _shape.FirstKey(first) & -Lanes.Count, to = first + rows, keys = to - from;
        _kernels.Product(_q, _wide, 1, _kt + from, _long, _p + from, _long, rows, keys, size, add: false);
        _kernels.Product(_do, _wide, 1, _vt + from, _long, _dp + from, _long, rows, keys, size, add: false);
        for (int r = 0; r < rows; r++) Row(r, first + r, from, to, slope);
        _kernels.Product(_dp + from, _long, 1, _k + from * _wide, _wide, _dq, _wide, rows, size, keys, add: false);
        _kernels.Product(
            _dp + from, 1, _long, _q, _wide, _dk + from * _wide, _wide, keys, size, rows, add: true);
        _kernels.Product(
            _p + from, 1, _long, _do, _wide, _dv + from * _wide, _wide, keys, size, rows, add: true);
    }

    // One row's products q·k and dO·v become P and dS; what it does not see is zero in both.
    private readonly void Row(int r, int position, int begin, int end, float slope)
    {
        int from = _shape.FirstKey(position), to = position + 1;
        float* p = _p + r * _long, dp = _dp + r * _long, s = _s + r * _long;
        float max = RowSoftmax.Scores(p, from, to, _shape.Scale, _shape.SoftCap, slope);
        if (_shape.SoftCap != 0) new ReadOnlySpan<float>(p + from, to - from).CopyTo(new(s + from, to - from));
        RowSoftmax.Numerators(p, from, to, max);
        float inverse = 1 / RowSoftmax.Sum(p, from, to);
        new Span<float>(p + begin, from - begin).Clear();
        new Span<float>(p + to, end - to).Clear();
        new Span<float>(dp + begin, from - begin).Clear();
        new Span<float>(dp + to, end - to).Clear();
        var weights = new Span<float>(p + from, to - from);
        var slopes = new Span<float>(dp + from, to - from);
        Elementwise.Scale(weights, inverse);
        float along = Reductions.Dot(weights, slopes);
        Elementwise.Shift(slopes, -along);
        Elementwise.Multiply(slopes, weights);
        if (_shape.SoftCap != 0)
            Elementwise.MultiplyBySoftCapSlope(slopes, new ReadOnlySpan<float>(s + from, to - from), _shape.SoftCap);
        Elementwise.Scale(slopes, _shape.Scale);
    }

    private readonly void Load(float* from, nint stride, float* to, int rows)
    {
        for (int r = 0; r < rows; r++)
            new ReadOnlySpan<float>(from + r * stride, _shape.HeadSize).CopyTo(new(to + r * _wide, _shape.HeadSize));
    }

    private readonly void Store(float* from, float* to, nint stride, int rows)
    {
        for (int r = 0; r < rows; r++)
            new ReadOnlySpan<float>(from + r * _wide, _shape.HeadSize).CopyTo(new(to + r * stride, _shape.HeadSize));
    }

    private readonly void Turn(float* from, float* to) =>
        Transposition<float>.Copy(from, _wide, to, _long, _count, _shape.HeadSize);

    // Whole tiles of every instruction set, and whole canonical lanes.
    private static nint Padded(int count) => (count + Lanes.Count - 1) & -Lanes.Count;
}
