using Loci.Memory.Recall;

namespace Loci.Atlas.Agreement;

/// <summary>
/// Collects, for one pole and one readout, what every cell's triggers and value say, and compares them.
/// </summary>
/// <param name="pole">The pole.</param>
/// <param name="readout">The readout.</param>
/// <param name="top">Triggers kept a cell.</param>
/// <param name="frequency">Share of every token among the next tokens of the corpus; empty: no counts.</param>
internal sealed class AgreementTally(Pole pole, Readout readout, int top, double[] frequency)
{
    /// <summary>The paper's number of triggers for precision.</summary>
    private const int PaperTop = 50;

    private const double Significance = 0.05;

    private readonly List<Entry> _entries = [];

    private readonly record struct Entry(
        int Layer, int Cell, int Token, int Next, int Last, int Agreeing, int Counted, double Precision)
    {
        public bool HasNext => Next >= 0;
    }

    /// <summary>Adds a cell with at least one trigger.</summary>
    /// <param name="layer">Layer; cells come by layer, then index.</param>
    /// <param name="cell">Cell within the layer.</param>
    /// <param name="token">The value's prediction.</param>
    /// <param name="last">Last token of the top trigger.</param>
    /// <param name="next">Next token of every trigger, strongest first; −1 for a whole sentence.</param>
    public void Add(int layer, int cell, int token, int last, ReadOnlySpan<int> next)
    {
        int agreeing = 0, counted = 0, allAgreeing = 0, allCounted = 0;
        for (int i = 0; i < next.Length; i++)
        {
            if (next[i] < 0) continue;
            allCounted++;
            if (next[i] == token) allAgreeing++;
            if (i < PaperTop) (agreeing, counted) = (allAgreeing, allCounted);
        }
        double precision = allCounted == 0 ? double.NaN : (double)allAgreeing / allCounted;
        _entries.Add(new(layer, cell, token, next[0], last, agreeing, counted, precision));
    }

    /// <summary>Compares; every cell that was added, in that order, and the given number of layers.</summary>
    public (CellAgreement[] Cells, LayerAgreement[] Layers) Complete(int layers)
    {
        var cells = Cells();
        var summaries = new LayerAgreement[layers];
        int from = 0;
        for (int layer = 0; layer < layers; layer++)
        {
            int to = from;
            while (to < _entries.Count && _entries[to].Layer == layer) to++;
            var entries = _entries[from..to];
            int significant = cells[from..to].Count(cell => cell.Counted > 0 && cell.Q <= Significance);
            summaries[layer] = new(layer, pole, readout, Next(entries), Copy(entries), Precision(entries, significant));
            from = to;
        }
        return (cells, summaries);
    }

    private CellAgreement[] Cells()
    {
        var tested = _entries.Where(entry => entry.Counted > 0).ToArray();
        var p = tested.Select(entry => BinomialTail.Upper(entry.Agreeing, entry.Counted, Frequency(entry.Token)))
            .ToArray();
        var q = BenjaminiHochberg.Adjust(p);
        var cells = new CellAgreement[_entries.Count];
        for (int i = 0, test = 0; i < cells.Length; i++)
        {
            var entry = _entries[i];
            var (entryP, entryQ) = entry.Counted > 0 ? (p[test], q[test++]) : (1, 1);
            cells[i] = new(
                new(entry.Layer, entry.Cell, pole), readout, entry.Token,
                entry.HasNext ? entry.Next == entry.Token : null,
                entry.Last == entry.Token, entry.Agreeing, entry.Counted, entryP, entryQ);
        }
        return cells;
    }

    private AgreementTest Next(List<Entry> entries)
    {
        var counted = entries.FindAll(entry => entry.HasNext);
        double? baseline = counted.Count > 0 && frequency.Length > 0
            ? counted.Sum(entry => Frequency(entry.Token)) / counted.Count
            : null;
        return Test(counted, entry => entry.Next) with { Frequency = baseline };
    }

    private static AgreementTest Copy(List<Entry> entries) => Test(entries, entry => entry.Last);

    private static AgreementTest Test(List<Entry> entries, Func<Entry, int> asked)
    {
        if (entries.Count == 0) return new(0, 0, 0, 0, 1, null);
        var predicted = entries.Select(entry => entry.Token).ToArray();
        var wanted = entries.Select(asked).ToArray();
        int agreeing = predicted.Zip(wanted).Count(pair => pair.First == pair.Second);
        var chance = new PermutationNull(predicted, wanted);
        return new(entries.Count, agreeing, chance.Mean, chance.Variance, chance.MidP(agreeing), null);
    }

    private PrecisionSummary Precision(List<Entry> entries, int significant)
    {
        var all = entries.FindAll(entry => !double.IsNaN(entry.Precision));
        var first = entries.FindAll(entry => entry.Counted > 0);
        return new(
            all.Count,
            all.Count == 0 ? 0 : all.Sum(entry => entry.Precision) / all.Count,
            top < PaperTop || first.Count == 0
                ? null
                : first.Sum(entry => (double)entry.Agreeing / entry.Counted) / first.Count,
            significant);
    }

    private double Frequency(int token) => frequency.Length == 0 ? 0 : frequency[token];
}
