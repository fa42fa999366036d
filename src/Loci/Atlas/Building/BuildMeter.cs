using System.Diagnostics;
using Loci.Text;

namespace Loci.Atlas.Building;

/// <summary>Estimates how far a build is and how long it will take, from the text read so far against the size of the files.</summary>
internal sealed class BuildMeter(Corpus corpus, AtlasOptions options, Action<BuildProgress>? progress)
{
    /// <summary>Characters of text in a byte of a compressed file, roughly.</summary>
    private const double Expansion = 3;

    private readonly Lock _gate = new();
    private readonly double _characters = corpus.Files.Sum(
        file => file.Bytes * (file.Name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? Expansion : 1.0)) / (options.Part?.Of ?? 1);

    private long _start = Stopwatch.GetTimestamp();
    private long _before;       // prefixes that an earlier run observed
    private long _prefixes;     // that this run observed
    private long _read;         // characters of this run
    private double _skipped;    // share of the corpus that an earlier run did
    private long _storing;      // when the first cell was stored

    /// <summary>Starts the clock of a run that goes on after so many prefixes and sentences.</summary>
    public void Resume(long prefixes, long sentences, double charactersPerPrefix)
    {
        _start = Stopwatch.GetTimestamp();
        _before = prefixes;
        _skipped = Share(prefixes * charactersPerPrefix, sentences);
    }

    /// <summary>Tells of text that has been observed.</summary>
    public void Observed(long characters, int prefixes, long sentencesSoFar)
    {
        if (progress is null) return;
        lock (_gate)
        {
            _read += characters;
            _prefixes += prefixes;
            double share = Math.Max(_skipped + _read / Math.Max(1, _characters), Share(0, sentencesSoFar));
            double seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds, fresh = share - _skipped;
            long done = _before + _prefixes;
            progress(new(
                BuildStage.Observe, done, Math.Max(done, (long)(done / Math.Clamp(share, 1e-9, 1))), _prefixes / Math.Max(seconds, 1e-3),
                fresh > 0 ? TimeSpan.FromSeconds(seconds * Math.Max(0, 1 - share) / fresh) : null));
        }
    }

    /// <summary>Tells that a cell has been stored.</summary>
    public void Stored(long cells, long of)
    {
        if (progress is null) return;
        if (_storing == 0) _storing = Stopwatch.GetTimestamp();
        double seconds = Stopwatch.GetElapsedTime(_storing).TotalSeconds;
        progress(new(
            BuildStage.Store, cells, of, cells / Math.Max(seconds, 1e-3), TimeSpan.FromSeconds(seconds / cells * (of - cells))));
    }

    private double Share(double characters, long sentences) => Math.Max(
        characters / Math.Max(1, _characters), options.MaxSentences is { } most ? (double)sentences / Math.Max(1, most) : 0);
}
