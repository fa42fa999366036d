using System.Diagnostics;

namespace Loci.Atlas.Building;

/// <summary>
/// Tells how far a build is and how long it will take, from the text observed so far against the size of the files.
/// </summary>
internal sealed class BuildMeter
{
    /// <summary>Characters of text in a byte of a compressed file, roughly.</summary>
    private const double Expansion = 3;

    /// <summary>The first seconds are compiling and filling lists, and say little about the rest.</summary>
    private const double WarmUp = 0.7;

    private const double MostSeconds = 1e9; // a TimeSpan ends

    private readonly Lock _gate = new();
    private readonly IProgress<BuildProgress>? _progress;
    private readonly double _allCharacters;
    private readonly double _allSentences;  // infinite where no number was asked for
    private readonly long _prefixesBefore;  // observed by an earlier run
    private readonly double _shareBefore;
    private readonly TimeSpan _expectedStoring;
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _prefixes, _characters, _sentences; // observed by this run
    private (double Seconds, double Share) _warm;
    private long _storing;                  // when the first cell was stored

    /// <summary>Starts the clock.</summary>
    /// <param name="files">The corpus.</param>
    /// <param name="options">How much of it is wanted.</param>
    /// <param name="prefixes">Prefixes that an earlier run observed.</param>
    /// <param name="sentences">Sentences that an earlier run observed.</param>
    /// <param name="storing">How long values and storing are expected to take.</param>
    /// <param name="progress">Who is told, or null.</param>
    public BuildMeter(
        IEnumerable<SourceFile> files, AtlasOptions options, long prefixes, long sentences, TimeSpan storing,
        IProgress<BuildProgress>? progress)
    {
        double parts = options.Part?.Of ?? 1;
        _allCharacters = Math.Max(1, files.Sum(
            file =>
                file.Bytes * (file.Name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? Expansion : 1))) / parts;
        _allSentences = options.MaxSentences / parts ?? double.PositiveInfinity;
        (_prefixesBefore, _expectedStoring, _progress) = (prefixes, storing, progress);
        _shareBefore = Share(prefixes * 4.0, sentences); // about four characters a token
    }

    /// <summary>Tells of text that has been observed. Any thread.</summary>
    public void Observed(int prefixes, int sentences, long characters)
    {
        if (_progress is null) return;
        lock (_gate)
        {
            _prefixes += prefixes;
            _sentences += sentences;
            _characters += characters;
            double fresh = Share(_characters, _sentences), share = Math.Clamp(_shareBefore + fresh, 1e-9, 1);
            double seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
            if (_warm.Seconds == 0 && seconds > WarmUp) _warm = (seconds, fresh);
            double perShare = (seconds - _warm.Seconds) / Math.Max(fresh - _warm.Share, 1e-12);
            long done = _prefixesBefore + _prefixes;
            _progress.Report(new(
                BuildStage.Observe, done, Math.Max(done, (long)(done / share)), _prefixes / Math.Max(seconds, 1e-3),
                fresh > _warm.Share
                    ? TimeSpan.FromSeconds(Math.Min(perShare * (1 - share), MostSeconds)) + _expectedStoring
                    : null));
        }
    }

    /// <summary>Tells that a cell has been stored.</summary>
    public void Stored(long cells, long of)
    {
        if (_progress is null) return;
        if (_storing == 0) _storing = Stopwatch.GetTimestamp();
        double seconds = Stopwatch.GetElapsedTime(_storing).TotalSeconds;
        _progress.Report(new(
            BuildStage.Store, cells, of, cells / Math.Max(seconds, 1e-3),
            TimeSpan.FromSeconds(seconds / cells * (of - cells))));
    }

    private double Share(double characters, long sentences) =>
        Math.Max(characters / _allCharacters, sentences / _allSentences);
}
