using Loci.Reports.Figures;

namespace Loci.Reports.Drawing;

/// <summary>From values to pixels along one axis, and the ticks of the axis.</summary>
internal sealed class Scale
{
    private readonly Axis _axis;
    private readonly double _low, _high, _step;

    /// <summary>An axis that holds all the values given.</summary>
    /// <param name="axis">What the axis says of itself.</param>
    /// <param name="values">What it must hold.</param>
    /// <param name="zero">It must hold zero too.</param>
    /// <param name="most">How many steps between ticks there is room for.</param>
    public Scale(Axis axis, IEnumerable<double> values, bool zero, int most)
    {
        _axis = axis;
        var finite = values.Where(Takes).ToArray();
        double low = axis.Min ?? (finite.Length == 0 ? axis.Log ? 1 : 0 : finite.Min());
        double high = axis.Max ?? (finite.Length == 0 ? 1 : finite.Max());
        if (axis.Log)
        {
            (_low, _high) = (Math.Floor(Power(low) + 1e-9), Math.Ceiling(Power(high) - 1e-9));
            if (_high <= _low) _high = _low + 1;
            _step = Math.Max(1, Math.Ceiling((_high - _low) / most));
            return;
        }
        if (zero) (low, high) = (Math.Min(low, 0), Math.Max(high, 0));
        if (high <= low) high = low + (low == 0 ? 1 : Math.Abs(low) * 0.1);
        _step = Step((high - low) / most);
        _low = axis.Min ?? Math.Floor(low / _step + 1e-9) * _step;
        _high = axis.Max ?? Math.Ceiling(high / _step - 1e-9) * _step;
    }

    /// <summary>The first pixel of the axis, where its least value lies.</summary>
    public double From { get; set; }

    /// <summary>The last pixel, where its largest value lies.</summary>
    public double To { get; set; }

    /// <summary>The value that bars stand on.</summary>
    public double Foot => _axis.Log ? Math.Pow(_axis.LogBase, _low) : Math.Clamp(0, _low, _high);

    /// <summary>The values of the ticks with their text.</summary>
    public IEnumerable<(double Value, string Text)> Ticks
    {
        get
        {
            int decimals = DecimalsOf(_axis.Format.IsOfShares() ? _step * 100 : _step);
            for (int k = (int)Math.Ceiling(_low / _step - 1e-9); k * _step <= _high + _step * 1e-9; k++)
                yield return _axis.Log
                    ? (Math.Pow(_axis.LogBase, k * _step), _axis.Format.Write(Math.Pow(_axis.LogBase, k * _step)))
                    : (k * _step, _axis.Format.Write(k * _step, decimals));
        }
    }

    /// <summary>The axis has a place for the value.</summary>
    public bool Takes(double value) => double.IsFinite(value) && (!_axis.Log || value > 0);

    /// <summary>The pixel of a value; one beyond an end lies at the end.</summary>
    public double At(double value)
    {
        double place = _axis.Log ? value > 0 ? Power(value) : _low : value;
        return From + (Math.Clamp(place, _low, _high) - _low) / (_high - _low) * (To - From);
    }

    private double Power(double value) => _axis.LogBase switch
    {
        10 => Math.Log10(value),
        2 => Math.Log2(value),
        var other => throw new NotSupportedException($"«{_axis.Label}»: powers of {other}; 10 and 2 are possible"),
    };

    private static double Step(double least)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        double[] nice = [1, 2, 5, 10];
        return nice.First(n => n * power >= least * (1 - 1e-9)) * power;
    }

    private static int DecimalsOf(double step) => Math.Clamp((int)-Math.Floor(Math.Log10(step) + 1e-9), 0, 12);
}
