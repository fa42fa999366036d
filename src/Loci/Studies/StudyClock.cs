using System.Diagnostics;

namespace Loci.Studies;

/// <summary>Runs studies one after the other, and keeps their time, their memory and how far all of them are.</summary>
internal sealed class StudyClock(StudyOptions options, IProgress<StudyRunProgress>? progress, double work) : IDisposable
{
    private static readonly TimeSpan s_sampling = TimeSpan.FromMilliseconds(50), s_tooEarly = TimeSpan.FromSeconds(2);

    private readonly List<StudyCost> _costs = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Lock _gate = new();
    private Timer? _sampler;
    private long _peak;
    private double _before, _share;     // work of the studies that ended; share of all that was shown
    private string _doing = "";
    private int _phase;
    private long _done;

    /// <summary>What each took so far.</summary>
    public IReadOnlyList<StudyCost> Costs => _costs;

    /// <summary>Runs one.</summary>
    /// <param name="study">Its title.</param>
    /// <param name="on">The null it runs on; null: the model and text themselves.</param>
    /// <param name="effort">Its share of the work.</param>
    /// <param name="run">The study, with the options it is to take.</param>
    public T Run<T>(string study, string? on, StudyEffort effort, Func<StudyOptions, T> run)
    {
        string shown = on is null ? study : $"{on}: {study}";
        options.Cancellation.ThrowIfCancellationRequested();
        (_doing, _phase, _done) = ("", 0, 0);
        _peak = Environment.WorkingSet;
        Show(shown, study, 0, effort.Work);
        _sampler ??= new(_ => Sample());
        _sampler.Change(s_sampling, s_sampling);
        var start = _clock.Elapsed;
        var result = run(
            options with { Progress = new ImmediateProgress<StudyProgress>(at => Phase(shown, at, effort)) });
        Sample();
        _costs.Add(new(study, on, (_clock.Elapsed - start).TotalSeconds, Interlocked.Read(ref _peak)));
        _before += effort.Work;
        return result;
    }

    /// <summary>Counts one that ran earlier.</summary>
    public void Skip(StudyCost cost, StudyEffort effort)
    {
        options.Cancellation.ThrowIfCancellationRequested();
        _costs.Add(cost);
        _before += effort.Work;
    }

    /// <summary>Ends the sampling of memory.</summary>
    public void Dispose() => _sampler?.Dispose();

    private void Sample()
    {
        long now = Environment.WorkingSet;
        for (long peak = Interlocked.Read(ref _peak); now > peak; peak = Interlocked.Read(ref _peak))
            if (Interlocked.CompareExchange(ref _peak, now, peak) == peak) return;
    }

    // A phase ends when another is named, or when it starts anew.
    private void Phase(string study, StudyProgress at, StudyEffort effort)
    {
        lock (_gate)
        {
            if (_doing.Length > 0 && (at.Doing != _doing || at.Done < _done && at.Done <= _done / 2)) _phase++;
            (_doing, _done) = (at.Doing, at.Done);
            double within = at.Total == 0 ? 0 : Math.Min(1, (double)at.Done / at.Total);
            Show(study, at.Doing, Math.Min(1, (_phase + within) / effort.Phases), effort.Work);
        }
    }

    private void Show(string study, string doing, double within, double weight)
    {
        if (progress is null) return;
        _share = Math.Max(_share, Math.Min(1, (_before + within * weight) / work));
        var elapsed = _clock.Elapsed;
        progress.Report(
            new(study, doing, _share,
                elapsed > s_tooEarly && _share > 0.02 ? elapsed * ((1 - _share) / _share) : null));
    }
}
