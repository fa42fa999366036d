using System.Runtime.Intrinsics;
using Loci.Memory.Numerics;

namespace Loci.Memory.Attention;

/// <summary>
/// Attention of the queries that share one key-value head. They are taken in blocks of at most 64 rows, a row being one
/// query of one head, ordered by position; keys and values pass by in tiles of 64. With more than one block, keys are
/// transposed and values packed once for all of them; with one (a short text, or a step of generation) tile by tile.
/// </summary>
internal unsafe ref struct AttentionPass
{
    private const int Tile = 64, BlockRows = 64, MostScores = 40_000;

    private readonly AttentionShape _shape;
    private readonly int _count, _firstPosition, _blockQueries, _width;
    private readonly int _origin; // the first key that any query sees, rounded down to whole lanes
    private readonly bool _many, _pack;
    private readonly nint _scoreStride;
    private readonly float* _scores, _panels, _packed, _sums, _totals;
    private readonly float** _queries; // [rows]
    private readonly int* _from, _to; // [rows]: the first key a row sees, and one more than the last

    private float* _keys, _values;
    private nint _valueStride;
    private int _base, _end; // the first key that any row sees, rounded down to whole lanes, and one more than the last
    private int _rows, _head;

    public AttentionPass(AttentionShape shape, int count, int firstPosition)
    {
        (_shape, _count, _firstPosition) = (shape, count, firstPosition);
        int total = firstPosition + count;
        _origin = shape.FirstKey(firstPosition) & -Lanes.Count;
        _width = (shape.HeadSize + 7) & ~7;

        int queries = Math.Clamp(BlockRows / shape.Group, 1, count);
        _scoreStride = ScoreStride(queries);
        while (queries > 1 && queries * (long)shape.Group * _scoreStride > MostScores) queries /= 2;
        _blockQueries = queries;
        _many = queries < count;
        _pack = _many || shape.HeadSize % Lanes.Width != 0;

        long rows = ((long)queries * shape.Group + 3) & ~3L;
        long panels = _many ? total - _origin + 2L * Tile : Tile;
        long scores = rows * _scoreStride, keys = panels * shape.HeadSize;
        long packed = _pack ? (long)(total - _origin) * _width : 0;
        float* scratch = AttentionScratch.Take(scores + keys + packed + rows * (_width + 5L) + 64);
        _panels = scratch;
        _scores = _panels + Aligned(keys);
        _sums = _scores + scores;
        _packed = _sums + rows * _width;
        _queries = (float**)(_packed + packed);
        _totals = (float*)(_queries + rows);
        _from = (int*)(_totals + rows);
        _to = _from + rows;
    }

    public nint QueryStride { get; init; }

    public nint KeyStride { get; init; }

    public nint ValueStride { get; init; }

    public nint OutputStride { get; init; }

    /// <summary>Computes the outputs of one key-value head's queries, of which the first has a number.</summary>
    public void Run(int head, float* queries, float* keys, float* values, float* output)
    {
        _head = head;
        _keys = keys;
        _values = values + _origin * ValueStride;
        _valueStride = ValueStride;
        int total = _firstPosition + _count;
        if (_many)
            KeyPanels.Transpose(keys + _origin * KeyStride, KeyStride, total - _origin, _shape.HeadSize, _panels);
        if (_pack) Pack(total - _origin);
        for (int first = 0; first < _count; first += _blockQueries)
        {
            int here = Math.Min(_blockQueries, _count - first);
            int position = _firstPosition + first;
            _base = _shape.FirstKey(position) & -Lanes.Count;
            _end = position + here;
            _rows = 0;
            for (int q = 0; q < here; q++)
                for (int h = 0; h < _shape.Group; h++, _rows++)
                {
                    _queries[_rows] = queries + (first + q) * QueryStride + h * (nint)_shape.HeadSize;
                    _from[_rows] = _shape.FirstKey(position + q);
                    _to[_rows] = position + q + 1;
                }
            Score();
            Normalize();
            Sum();
            Write(output + first * OutputStride, here);
        }
    }

    private readonly nint ScoreStride(int queries)
    {
        long keys = _firstPosition + _count - _origin;
        if (_shape.Window != 0) keys = Math.Min(keys, (long)_shape.Window + queries + Lanes.Count);
        return (nint)((keys + Tile - 1) / Tile * Tile + 16); // not a power of two: rows fall into different cache sets
    }

    private static long Aligned(long floats) => (floats + 15) & ~15L;

    private void Pack(int count)
    {
        for (nint j = 0; j < count; j++)
        {
            var row = new Span<float>(_packed + j * _width, _width);
            new ReadOnlySpan<float>(_values + j * _valueStride, _shape.HeadSize).CopyTo(row);
            row[_shape.HeadSize..].Clear();
        }
        _values = _packed;
        _valueStride = _width;
    }

    private readonly void Score()
    {
        int size = _shape.HeadSize;
        float** four = stackalloc float*[4];
        for (int tile = _base; tile < _end; tile += Tile)
        {
            float* panels = _panels;
            if (_many) panels += (nint)(tile - _origin) * size;
            else KeyPanels.Transpose(_keys + tile * KeyStride, KeyStride, Math.Min(Tile, _end - tile), size, panels);
            for (int r = 0; r < _rows; r += 4)
            {
                int last = Math.Min(r + 3, _rows - 1), from = _from[r], to = Math.Min(_to[last], tile + Tile);
                if (to <= tile || from >= tile + Tile) continue;
                float* scores = _scores + r * _scoreStride + (tile - _base);
                if (last == r)
                {
                    ScoreKernel.One(_queries[r], size, panels, scores);
                    continue;
                }
                for (int i = 0; i < 4; i++) four[i] = _queries[Math.Min(r + i, last)];
                for (int j = 0; tile + j < to; j += KeyPanels.Width)
                    if (tile + j + KeyPanels.Width > from)
                        ScoreKernel.Four(four, size, panels + (nint)j * size, scores + j, _scoreStride);
            }
        }
    }

    private readonly void Normalize()
    {
        for (int r = 0; r < _rows; r += 4)
        {
            int end = Math.Min(r + 4, _rows);
            for (int i = r; i < end; i++)
                _totals[i] = RowSoftmax.Scores(
                    Row(i), _from[i] - _base, _to[i] - _base, _shape.Scale, _shape.SoftCap,
                    _shape.Slope(_head + i % _shape.Group));
            for (int i = r; i < end; i++) RowSoftmax.Numerators(Row(i), _from[i] - _base, _to[i] - _base, _totals[i]);
            for (int i = r; i < end; i++) _totals[i] = RowSoftmax.Sum(Row(i), _from[i] - _base, _to[i] - _base);
        }
    }

    private readonly void Sum()
    {
        new Span<float>(_sums, ((_rows + 3) & ~3) * _width).Clear();
        float** four = stackalloc float*[4];
        for (int tile = _base; tile < _end; tile += Tile)
            for (int r = 0; r < _rows; r += 4)
            {
                int last = Math.Min(r + 3, _rows - 1);
                int from = Math.Max(_from[last], tile), to = Math.Min(_to[r], tile + Tile); // what all four rows see
                if (last == r || from >= to)
                {
                    for (int i = r; i <= last; i++) SumRow(i, Math.Max(_from[i], tile), Math.Min(_to[i], tile + Tile));
                    continue;
                }
                for (int i = r; i <= last; i++) SumRow(i, Math.Max(_from[i], tile), from);
                for (int i = 0; i < 4; i++) four[i] = Row(Math.Min(r + i, last)) + (from - _base);
                ValueKernel.Four(four, Value(from), _valueStride, to - from, _width, _sums + (nint)r * _width);
                for (int i = r; i <= last; i++) SumRow(i, to, Math.Min(_to[i], tile + Tile));
            }
    }

    private readonly void SumRow(int row, int from, int to)
    {
        if (from >= to) return;
        ValueKernel.One(
            Row(row) + (from - _base), Value(from), _valueStride, to - from, _width, _sums + (nint)row * _width);
    }

    private readonly float* Row(int row) => _scores + row * _scoreStride;

    private readonly float* Value(int key) => _values + (key - _origin) * _valueStride;

    private readonly void Write(float* output, int queries)
    {
        for (int q = 0, r = 0; q < queries; q++)
            for (int h = 0; h < _shape.Group; h++, r++)
            {
                Vector256<float> total = Vector256.Create(_totals[r]);
                float* sums = _sums + (nint)r * _width, to = output + q * OutputStride + h * (nint)_shape.HeadSize;
                int d = 0;
                for (; d <= _shape.HeadSize - Lanes.Width; d += Lanes.Width)
                    (Vector256.Load(sums + d) / total).Store(to + d);
                for (; d < _shape.HeadSize; d++) to[d] = sums[d] / _totals[r];
            }
    }
}
