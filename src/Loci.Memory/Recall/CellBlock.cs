namespace Loci.Memory.Recall;

/// <summary>
/// What is known of 64 neighbouring cells, laid out for the scan: an array per quantity, the cells side by side.
/// A layer's last block may have fewer cells; the scan treats the rest as cells that never fire.
/// </summary>
internal sealed class CellBlock
{
    public const int Width = 64;

    /// <summary>
    /// Terms that may be added to the limbs without a carry: |low| and |middle| of a term are at most 2⁴⁹.
    /// </summary>
    public const int TermsBetweenCarries = 1 << 11;

    private readonly TriggerHeap[] _positive = Heaps();
    private readonly TriggerHeap[]? _negative;
    private readonly int _capacity;
    private long[]? _settledCounts; // [cells, slots]; absent until a count could outgrow 32 bits

    public CellBlock(int capacity, bool signed)
    {
        _capacity = capacity;
        _negative = signed ? Heaps() : null;
        Array.Fill(PositiveThreshold, float.Epsilon);
        Array.Fill(NegativeThreshold, signed ? -float.Epsilon : float.NegativeInfinity);
        Array.Fill(Max, float.NegativeInfinity);
        Array.Fill(Min, float.PositiveInfinity);
    }

    /// <summary>[cells] A coefficient at or above may enter the positive list.</summary>
    public float[] PositiveThreshold { get; } = new float[Width];

    /// <summary>[cells] A coefficient at or below may enter the negative list.</summary>
    public float[] NegativeThreshold { get; } = new float[Width];

    /// <summary>[cells]</summary>
    public float[] Max { get; } = new float[Width];

    /// <summary>[cells]</summary>
    public float[] Min { get; } = new float[Width];

    /// <summary>[cells, slots] Recent counts.</summary>
    public uint[] Counts { get; } = new uint[Width * CoefficientBins.Slots];

    /// <summary>[limbs high, middle, low; cells] Sum of the coefficients.</summary>
    public long[] Sum { get; } = new long[3 * Width];

    /// <summary>[limbs high, middle, low; cells] Sum of the squares.</summary>
    public long[] Squares { get; } = new long[3 * Width];

    /// <summary>Offers a coefficient that passed a threshold to its list.</summary>
    public void Offer(int cell, float coefficient, long pointer)
    {
        if (coefficient > 0)
        {
            _positive[cell].Offer(coefficient, pointer, _capacity);
            PositiveThreshold[cell] = _positive[cell].Threshold(_capacity);
        }
        else
        {
            _negative![cell].Offer(-coefficient, pointer, _capacity);
            NegativeThreshold[cell] = -_negative[cell].Threshold(_capacity);
        }
    }

    /// <summary>Carries between limbs.</summary>
    public void CarrySums()
    {
        for (int cell = 0; cell < Width; cell++)
        {
            SetSum(Sum, cell, SumOf(Sum, cell));
            SetSum(Squares, cell, SumOf(Squares, cell));
        }
    }

    /// <summary>Moves the recent counts to 64 bits.</summary>
    public void SettleCounts()
    {
        _settledCounts ??= new long[Counts.Length];
        for (int i = 0; i < Counts.Length; i++) _settledCounts[i] += Counts[i];
        Array.Clear(Counts);
    }

    public Trigger[] Triggers(int cell, Pole pole) =>
        pole == Pole.Positive ? _positive[cell].Ranked(pole) : _negative is null ? [] : _negative[cell].Ranked(pole);

    public long[] Histogram(int cell)
    {
        long[] bins = new long[CoefficientBins.Count];
        for (int bin = 0; bin < bins.Length; bin++)
        {
            int at = cell * CoefficientBins.Slots + CoefficientBins.SlotOf(bin);
            bins[bin] = Counts[at] + (_settledCounts is null ? 0 : _settledCounts[at]);
        }
        return bins;
    }

    public CellStatistics Statistics(int cell)
    {
        long[] bins = Histogram(cell);
        long positive = CoefficientBins.Firings(bins, Pole.Positive);
        long negative = CoefficientBins.Firings(bins, Pole.Negative);
        long count = positive + negative + bins[CoefficientBins.Zero];
        return new(count, positive, negative, SumOf(Sum, cell), SumOf(Squares, cell),
            count == 0 ? 0 : Max[cell], count == 0 ? 0 : Min[cell]);
    }

    /// <summary>
    /// Adds what another block knows of the same cells; the counts of both together must fit 32 bits or be settled.
    /// </summary>
    public void Merge(CellBlock other)
    {
        for (int cell = 0; cell < Width; cell++)
        {
            SetSum(Sum, cell, SumOf(Sum, cell) + SumOf(other.Sum, cell));
            SetSum(Squares, cell, SumOf(Squares, cell) + SumOf(other.Squares, cell));
            Max[cell] = Math.Max(Max[cell], other.Max[cell]);
            Min[cell] = Math.Min(Min[cell], other.Min[cell]);
            _positive[cell].Merge(other._positive[cell], _capacity);
            PositiveThreshold[cell] = _positive[cell].Threshold(_capacity);
            if (_negative is null) continue;
            _negative[cell].Merge(other._negative![cell], _capacity);
            NegativeThreshold[cell] = -_negative[cell].Threshold(_capacity);
        }
        for (int i = 0; i < Counts.Length; i++) Counts[i] += other.Counts[i];
        if (other._settledCounts is null) return;
        _settledCounts ??= new long[Counts.Length];
        for (int i = 0; i < _settledCounts.Length; i++) _settledCounts[i] += other._settledCounts[i];
    }

    /// <summary>Gives a cell of an empty block what a record says.</summary>
    public void Restore(int cell, CellRecord record)
    {
        SetSum(Sum, cell, record.Statistics.Sum);
        SetSum(Squares, cell, record.Statistics.SumOfSquares);
        if (record.Statistics.Count > 0) (Max[cell], Min[cell]) = (record.Statistics.Max, record.Statistics.Min);
        foreach (var (coefficient, sentence, position) in record.Positive.Concat(record.Negative))
            Offer(cell, coefficient, PrefixPointer.Pack(sentence, position));
        for (int bin = 0; bin < CoefficientBins.Count; bin++)
        {
            int at = cell * CoefficientBins.Slots + CoefficientBins.SlotOf(bin);
            if (record.Statistics.Count <= uint.MaxValue) Counts[at] = (uint)record.Histogram[bin];
            else (_settledCounts ??= new long[Counts.Length])[at] = record.Histogram[bin];
        }
    }

    private static ExactSum SumOf(long[] limbs, int cell) =>
        ExactSum.Carry(limbs[cell], limbs[Width + cell], limbs[2 * Width + cell]);

    private static void SetSum(long[] limbs, int cell, ExactSum sum) =>
        (limbs[cell], limbs[Width + cell], limbs[2 * Width + cell]) = (sum.High, sum.Middle, sum.Low);

    private static TriggerHeap[] Heaps()
    {
        var heaps = new TriggerHeap[Width];
        Array.Fill(heaps, new TriggerHeap());
        return heaps;
    }
}
