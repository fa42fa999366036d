namespace Loci.Studies.Layers;

/// <summary>
/// Orders the cells of one layer at one prefix by what they carry, |m|·‖v‖. Scratch memory of one thread.
/// </summary>
internal sealed class ActiveCells(int cells)
{
    private readonly double[] _carried = new double[cells];
    private readonly int[] _order = new int[cells];
    private double _total;
    private int _nonZero;

    /// <summary>Takes the coefficients of a prefix.</summary>
    /// <param name="coefficients">[cells]</param>
    /// <param name="norms">‖v‖. [cells]</param>
    public void Set(ReadOnlySpan<float> coefficients, ReadOnlySpan<float> norms)
    {
        _nonZero = 0;
        _total = 0;
        for (int i = 0; i < coefficients.Length; i++)
        {
            if (coefficients[i] == 0) continue;
            double carried = Math.Abs((double)coefficients[i]) * norms[i];
            _carried[_nonZero] = -carried;                              // sorted upward: the strongest first
            _order[_nonZero++] = i;
            _total += carried;
        }
        Array.Sort(_carried, _order, 0, _nonZero, null);
        // Array.Sort is not stable: put cells that carry the same into the order of their index.
        for (int from = 0, to; from < _nonZero; from = to)
        {
            for (to = from + 1; to < _nonZero && _carried[to] == _carried[from];) to++;
            if (to - from > 1) Array.Sort(_order, from, to - from);
        }
    }

    /// <summary>The active cells, the strongest first. Valid until the next <see cref="Set"/>.</summary>
    public ReadOnlySpan<int> Active(ActiveRule rule) => _order.AsSpan(0, rule switch
    {
        ActiveRule.NonZero => _nonZero,
        ActiveRule.Carrying99 => Carrying(0.99),
        _ => Carrying(0.9),
    });

    private int Carrying(double share)
    {
        double sum = 0;
        int count = 0;
        while (count < _nonZero && sum < share * _total) sum -= _carried[count++];
        return count;
    }
}
