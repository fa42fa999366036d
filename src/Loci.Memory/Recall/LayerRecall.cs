using System.Runtime.Intrinsics;

namespace Loci.Memory.Recall;

/// <summary>
/// The memory of what fired a layer's cells: for every cell the t strongest of all prefixes seen, exact in one pass,
/// and its statistics. A commutative monoid: however the sentences are ordered, batched, sharded and merged, the state
/// is the same to the last bit.
/// </summary>
/// <remarks>
/// Only a prefix that fires a cell enters its list: coefficients above zero at the positive pole, below zero at the
/// negative; a cell that fires less than t times has a short list. The cost is one compare with the weakest kept
/// coefficient per (cell, prefix): over N prefixes in random order the n-th is among the strongest t so far with
/// probability min(1, t/n), which makes t(1 + ln(N/t)) insertions, 775 for t = 50 and N = 10⁸.
/// Not thread-safe: each worker owns one, and they are merged afterwards. Each sentence must be
    /// observed once in all: where a list shows that one was observed again, reading the list or saving throws an
    /// <see cref="InvalidOperationException"/>.
/// </remarks>
public sealed class LayerRecall
{
    /// <summary>Sentences are numbered from 0 to below this, 2⁴³.</summary>
    public const long SentenceLimit = 1L << PrefixPointer.SentenceBits;

    /// <summary>Positions are numbered from 0 to below this, 2²⁰.</summary>
    public const int PositionLimit = 1 << PrefixPointer.PositionBits;

    /// <summary>Greatest magnitude of a coefficient, 2³⁰.</summary>
    public const float CoefficientLimit = 1 << 30;

    /// <summary>Greatest capacity.</summary>
    public const int CapacityLimit = ushort.MaxValue;

    private readonly CellBlock[] _blocks;
    private long _recentPrefixes; // counted in 32 bits
    private int _termsSinceCarry;

    /// <summary>An empty recall.</summary>
    /// <param name="cells">Cells of the layer, at least 1.</param>
    /// <param name="capacity">Triggers kept per cell and pole, t, in [1, 65535].</param>
    /// <param name="signed">True for a gated layer: the negative pole is kept as well.</param>
    public LayerRecall(int cells, int capacity, bool signed)
        : this(cells, capacity, signed, [])
    {
        for (int i = 0; i < _blocks.Length; i++) _blocks[i] = new(capacity, signed);
    }

    private LayerRecall(int cells, int capacity, bool signed, CellBlock[] blocks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cells, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, CapacityLimit);
        (Cells, Capacity, Signed) = (cells, capacity, signed);
        _blocks = blocks.Length > 0 ? blocks : new CellBlock[(cells - 1) / CellBlock.Width + 1];
    }

    /// <summary>Cells of the layer.</summary>
    public int Cells { get; }

    /// <summary>Triggers kept per cell and pole.</summary>
    public int Capacity { get; }

    /// <summary>Whether the negative pole is kept.</summary>
    public bool Signed { get; }

    /// <summary>Prefixes seen, the same for every cell.</summary>
    public long Prefixes { get; private set; }

    /// <summary>
    /// Takes in whole sentences. Arguments and coefficients are checked first: if they are refused, nothing of the call
    /// is taken in. After an overflow of the sums, which takes 2³² prefixes at the limit, the
    /// recall is of no further use.
    /// </summary>
    /// <param name="coefficients">
    /// [rows, cells]. Rows of no sentence, such as a beginning-of-sequence token's, are ignored.
    /// </param>
    /// <param name="sentences">Where the sentences stand; they share no row, and none was observed before.</param>
    /// <exception cref="ArgumentException">
    /// The shape is wrong, or a sentence lies outside the rows or the limits.
    /// </exception>
    /// <exception cref="CoefficientRangeException">
    /// A coefficient is not finite or beyond <see cref="CoefficientLimit"/>.
    /// </exception>
    /// <exception cref="OverflowException">A sum of squares left ±2⁹².</exception>
    public void Observe(ReadOnlySpan<float> coefficients, ReadOnlySpan<SentenceRows> sentences)
    {
        if (coefficients.Length % Cells != 0)
            throw new ArgumentException(
                $"{coefficients.Length} coefficients are no rows of {Cells}.", nameof(coefficients));
        foreach (var sentence in sentences) Validate(sentence, coefficients);
        while (sentences.Length > 0)
        {
            var some = sentences[..Math.Min(sentences.Length, CellBlock.TermsBetweenCarries)];
            sentences = sentences[some.Length..];
            MakeRoom(some);
            Scan(coefficients, some);
        }
    }

    /// <summary>
    /// Takes in all another recall has seen. The result has the same bits as if every sentence had been observed here.
    /// The other is left as it is.
    /// </summary>
    /// <exception cref="ArgumentException">The other has another shape, or is this one.</exception>
    /// <exception cref="OverflowException">A sum of squares left ±2⁹².</exception>
    public void Merge(LayerRecall other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (ReferenceEquals(this, other))
            throw new ArgumentException("A recall cannot be merged with itself.", nameof(other));
        if ((other.Cells, other.Capacity, other.Signed) != (Cells, Capacity, Signed))
        {
            throw new ArgumentException(
                $"{other.Cells} cells, capacity {other.Capacity}, signed {other.Signed} do not merge with " +
                $"{Cells} cells, capacity {Capacity}, signed {Signed}.", nameof(other));
        }
        MakeRoomForCounts(other._recentPrefixes);
        for (int i = 0; i < _blocks.Length; i++) _blocks[i].Merge(other._blocks[i]);
        _termsSinceCarry = 0;
        _recentPrefixes += other._recentPrefixes;
        Prefixes = checked(Prefixes + other.Prefixes);
    }

    /// <summary>
    /// A cell's triggers at a pole, strongest first, ties to the earlier prefix. At most <see cref="Capacity"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">A sentence was observed more than once.</exception>
    public Trigger[] Triggers(int cell, Pole pole) => BlockOf(cell).Triggers(cell % CellBlock.Width, pole);

    /// <summary>A cell's statistics.</summary>
    public CellStatistics Statistics(int cell) => BlockOf(cell).Statistics(cell % CellBlock.Width);

    /// <summary>
    /// A cell's histogram, [<see cref="CoefficientBins.Count"/>] prefixes per bin of <see cref="CoefficientBins"/>.
    /// </summary>
    public long[] Histogram(int cell) => BlockOf(cell).Histogram(cell % CellBlock.Width);

    /// <summary>All that is known of a cell.</summary>
    public CellRecord Record(int cell) =>
        new(Statistics(cell), Histogram(cell), Triggers(cell, Pole.Positive), Triggers(cell, Pole.Negative));

    /// <summary>The recall whose cells have these records: the inverse of <see cref="Record"/>.</summary>
    /// <param name="cells">Number of records that follow.</param>
    /// <param name="capacity">As in the constructor.</param>
    /// <param name="signed">As in the constructor.</param>
    /// <param name="records">A record for each cell, in order; all have seen the same number of prefixes.</param>
    /// <exception cref="ArgumentException">A record contradicts itself, the others, or the shape.</exception>
    public static LayerRecall FromRecords(int cells, int capacity, bool signed, IEnumerable<CellRecord> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        var blocks = new List<CellBlock>();
        int cell = 0;
        long prefixes = 0;
        foreach (var record in records)
        {
            if (cell == cells)
                throw new ArgumentException($"There are more records than {cells} cells.", nameof(records));
            record.Validate(capacity, signed);
            if (cell == 0) prefixes = record.Statistics.Count;
            if (record.Statistics.Count != prefixes)
                throw new ArgumentException(
                    $"Cell {cell} saw {record.Statistics.Count} prefixes, cell 0 saw {prefixes}.");
            if (cell % CellBlock.Width == 0) blocks.Add(new(capacity, signed));
            blocks[^1].Restore(cell++ % CellBlock.Width, record);
        }
        if (cell != cells) throw new ArgumentException($"There are {cell} records for {cells} cells.", nameof(records));
        return new(cells, capacity, signed, [.. blocks])
        {
            Prefixes = prefixes,
            _recentPrefixes = prefixes <= uint.MaxValue ? prefixes : 0,
        };
    }

    /// <summary>Writes the state: equal states give equal bytes, whatever their histories.</summary>
    public void Save(Stream stream) => RecallState.Write(this, stream);

    /// <summary>Reads a state, and not a byte beyond it.</summary>
    /// <exception cref="InvalidDataException">The bytes are cut, damaged, or no state.</exception>
    public static LayerRecall Load(Stream stream) => RecallState.Read(stream);

    /// <summary>Makes 64-bit counts of the 32-bit ones.</summary>
    internal void SettleCounts()
    {
        foreach (var block in _blocks) block.SettleCounts();
        _recentPrefixes = 0;
    }

    private unsafe void Scan(ReadOnlySpan<float> coefficients, ReadOnlySpan<SentenceRows> sentences)
    {
        fixed (float* rows = coefficients)
        {
            for (int i = 0; i < _blocks.Length; i++)
            {
                int first = i * CellBlock.Width, cells = Math.Min(CellBlock.Width, Cells - first);
                foreach (var (sentence, firstRow, count) in sentences)
                {
                    CellScan.Observe(_blocks[i], rows + (nint)firstRow * Cells + first, Cells, cells, count,
                        PrefixPointer.Pack(sentence, 0));
                }
            }
        }
    }

    private void MakeRoom(ReadOnlySpan<SentenceRows> sentences)
    {
        if (_termsSinceCarry + sentences.Length > CellBlock.TermsBetweenCarries)
        {
            foreach (var block in _blocks) block.CarrySums();
            _termsSinceCarry = 0;
        }
        _termsSinceCarry += sentences.Length;
        long prefixes = 0;
        foreach (var sentence in sentences) prefixes += sentence.Count;
        MakeRoomForCounts(prefixes);
        _recentPrefixes += prefixes;
        Prefixes += prefixes;
    }

    private void MakeRoomForCounts(long prefixes)
    {
        if (_recentPrefixes + prefixes > uint.MaxValue) SettleCounts();
    }

    private void Validate(SentenceRows sentence, ReadOnlySpan<float> coefficients)
    {
        var (number, firstRow, count) = sentence;
        int rows = coefficients.Length / Cells;
        if (firstRow < 0 || count < 0 || firstRow > rows - count)
            throw new ArgumentException($"Sentence {number}: {count} rows from {firstRow} are not within {rows} rows.");
        if (number is < 0 or >= SentenceLimit || count > PositionLimit)
        {
            throw new ArgumentException(
                $"Sentence {number} of {count} positions: sentences are below {SentenceLimit}, positions "
                    + $"{PositionLimit}.");
        }
        var values = coefficients.Slice(firstRow * Cells, count * Cells);
        int bad = IndexOutOfRange(values);
        if (bad >= 0) throw new CoefficientRangeException(values[bad], bad % Cells, number, bad / Cells);
    }

    /// <summary>Index of the first value that is not a number or beyond the limit, or −1.</summary>
    private static int IndexOutOfRange(ReadOnlySpan<float> values)
    {
        int i = 0;
        var limit = Vector256.Create(CoefficientLimit);
        for (; i <= values.Length - 32; i += 32)
        {
            var inRange = Vector256.LessThanOrEqual(Vector256.Abs(Vector256.Create(values[i..])), limit)
                & Vector256.LessThanOrEqual(Vector256.Abs(Vector256.Create(values[(i + 8)..])), limit)
                & Vector256.LessThanOrEqual(Vector256.Abs(Vector256.Create(values[(i + 16)..])), limit)
                & Vector256.LessThanOrEqual(Vector256.Abs(Vector256.Create(values[(i + 24)..])), limit);
            if (inRange.ExtractMostSignificantBits() != 0xFF) break;
        }
        for (; i < values.Length; i++)
            if (!(Math.Abs(values[i]) <= CoefficientLimit)) return i;
        return -1;
    }

    private CellBlock BlockOf(int cell)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cell);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(cell, Cells);
        return _blocks[cell / CellBlock.Width];
    }
}
