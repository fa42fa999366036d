namespace Loci.Editing;

/// <summary>
/// Σ k·kᵀ over the keys of one layer, exactly: keys are rounded to a grid (a power of two, 2⁻¹² of their root mean
/// square at most), so that every product and sum is a whole number. Sums of any parts, in any order, by any number of
/// threads, are the same bits.
/// </summary>
internal sealed class KeyMoments
{
    private const double Exact = 1L << 53; // whole numbers that a float64 holds
    private const int Piece = 256;         // rows at a time: they stay in the cache

    private readonly int _stride;
    private readonly double[] _sums;       // [cells rounded up, stride], the lower triangle, since it was last moved
    private readonly double[] _rows;       // [piece, cells]
    private readonly long[] _total;        // the lower triangle, row by row
    private double _bound;                 // of what _sums can hold

    /// <summary>Nothing yet.</summary>
    /// <param name="cells">Length of a key.</param>
    /// <param name="grid">Exponent of the grid: keys are whole multiples of 2^grid.</param>
    public KeyMoments(int cells, int grid)
        : this(cells, grid, 0, new long[Triangle(cells)])
    {
    }

    /// <summary>What was kept.</summary>
    public KeyMoments(int cells, int grid, long tokens, long[] total)
    {
        (Cells, Grid, Tokens, _total) = (cells, grid, tokens, total);
        _stride = MomentKernel.Stride(cells);
        _sums = new double[checked(_stride * _stride)];
        _rows = new double[Piece * cells];
    }

    /// <summary>Length of a key.</summary>
    public int Cells { get; }

    /// <summary>Exponent of the grid.</summary>
    public int Grid { get; }

    /// <summary>Keys summed.</summary>
    public long Tokens { get; private set; }

    /// <summary>The sums as whole numbers of 2^(2·grid), the lower triangle row by row.</summary>
    public long[] Total
    {
        get
        {
            Move();
            return _total;
        }
    }

    /// <summary>Numbers in the lower triangle.</summary>
    public static int Triangle(int cells) => checked(cells * (cells + 1) / 2);

    /// <summary>The exponent of the grid that fits keys.</summary>
    /// <param name="keys">Some of them.</param>
    public static int GridOf(ReadOnlySpan<float> keys)
    {
        double squares = 0;
        foreach (float k in keys) squares += (double)k * k;
        double typical = Math.Sqrt(squares / Math.Max(1, keys.Length));
        return typical > 0 && double.IsFinite(typical) ? Math.ILogB(typical) - 11 : -12;
    }

    /// <summary>Adds keys.</summary>
    /// <param name="keys">[rows, cells]</param>
    /// <param name="rows">Rows.</param>
    /// <param name="threads">Most threads to use.</param>
    /// <exception cref="LociException">A key is not finite, or beyond what the grid holds.</exception>
    public void Add(ReadOnlySpan<float> keys, int rows, int threads)
    {
        for (int first = 0; first < rows; first += Piece)
            AddPiece(keys.Slice(first * Cells), Math.Min(Piece, rows - first), threads);
    }

    /// <summary>Adds the sums of another part.</summary>
    public void Add(KeyMoments other)
    {
        if ((other.Cells, other.Grid) != (Cells, Grid))
            throw new LociException("The parts are of different layers, or their keys were rounded differently.");
        long[] mine = Total, theirs = other.Total;
        for (int i = 0; i < mine.Length; i++) mine[i] = checked(mine[i] + theirs[i]);
        Tokens += other.Tokens;
    }

    /// <summary>C = E[k·kᵀ], uncentred, both triangles. [cells, cells]</summary>
    public double[] Mean()
    {
        double[] mean = new double[checked(Cells * Cells)];
        double unit = Math.ScaleB(1, 2 * Grid) / Math.Max(1, Tokens);
        long[] total = Total;
        for (int i = 0, at = 0; i < Cells; i++)
            for (int j = 0; j <= i; j++, at++) mean[i * Cells + j] = mean[j * Cells + i] = total[at] * unit;
        return mean;
    }

    private void AddPiece(ReadOnlySpan<float> keys, int rows, int threads)
    {
        double scale = Math.ScaleB(1, -Grid), most = 0;
        for (int i = 0; i < rows * Cells; i++)
        {
            double k = Math.Round(keys[i] * scale);
            _rows[i] = k;
            double size = Math.Abs(k);
            if (!(size <= most)) most = size; // NaN, too
        }
        double bound = most * most * rows;
        if (!(bound < Exact))
            throw new LociException(
                $"A key of layer coefficients is {most / scale:g3}, too far beyond the others to be summed exactly.");
        if (_bound + bound >= Exact) Move();
        _bound += bound;
        MomentKernel.Add(_rows, rows, Cells, _sums, threads);
        Tokens += rows;
    }

    private void Move()
    {
        if (_bound == 0) return;
        for (int i = 0, at = 0; i < Cells; i++)
            for (int j = 0; j <= i; j++, at++) _total[at] = checked(_total[at] + (long)_sums[i * _stride + j]);
        Array.Clear(_sums);
        _bound = 0;
    }
}
