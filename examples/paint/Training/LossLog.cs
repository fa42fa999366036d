using System.Globalization;

namespace Paint.Training;

/// <summary>The losses as a table: means of a hundred steps a line.</summary>
internal sealed class LossLog : IDisposable
{
    private const int Span = 100;
    private const string Header = "step,pixels,parameters,wasserstein,decisions";

    private readonly StreamWriter _file;
    private readonly List<StepLosses> _recent = [];
    private double _last = double.NaN;

    private LossLog(StreamWriter file) => _file = file;

    /// <summary>The weighted loss, mean of the last hundred steps or fewer; NaN before the first.</summary>
    public double Recent => double.IsNaN(_last) && _recent.Count > 0 ? _recent.Average(item => item.Total) : _last;

    /// <summary>Goes on with a table; lines after <paramref name="step"/>, which will be taken again,
    /// are dropped.</summary>
    public static LossLog Open(string path, int step)
    {
        string[] kept = File.Exists(path)
            ? [.. File.ReadLines(path).Skip(1).Where(line =>
                int.TryParse(line.Split(',')[0], CultureInfo.InvariantCulture, out int at) && at <= step)]
            : [];
        File.WriteAllLines(path, [Header, .. kept]);
        return new(new StreamWriter(path, append: true));
    }

    public void Add(int step, in StepLosses losses)
    {
        _recent.Add(losses);
        if (step % Span != 0) return;
        _last = _recent.Average(item => item.Total);
        _file.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{step},{_recent.Average(i => i.Pixels):0.00000},{_recent.Average(i => i.Parameters):0.00000},"
            + $"{_recent.Average(i => i.Wasserstein):0.00000},{_recent.Average(i => i.Decisions):0.00000}"));
        _recent.Clear();
    }

    public void Flush() => _file.Flush();

    public void Dispose() => _file.Dispose();
}
