using Loci.Models;

namespace Loci.Studies;

/// <summary>
/// The rows that some taps of every layer hold at the last tokens of a run of prefixes, kept so that they can be read
/// out as blocks, many prefixes at a time. A sample comes in as many runs as the memory bound asks for.
/// </summary>
internal sealed class RecordedPrefixes
{
    /// <summary>Most floats held at a time (256 MiB), unless one prefix alone needs more.</summary>
    private const int Budget = 1 << 26;

    private readonly Dictionary<TapName, float[]> _rows = [];

    private RecordedPrefixes(int first, int count) => (First, Count) = (first, count);

    /// <summary>Index of the run's first prefix in the sample.</summary>
    public int First { get; }

    /// <summary>Prefixes of the run.</summary>
    public int Count { get; }

    /// <summary>The rows of a tap. [count, row length of the tap]</summary>
    public float[] this[TapPoint point, int layer] => _rows[new(point, layer)];

    /// <summary>
    /// Runs the model over a sample and hands out the recordings, run after run; each is valid until the next.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="text">The text.</param>
    /// <param name="prefixes">The sample.</param>
    /// <param name="taps">What to keep; no logits.</param>
    /// <param name="options">Threads, progress, cancellation.</param>
    /// <param name="doing">What to call the work in progress reports.</param>
    /// <param name="change">See <see cref="PrefixPass.Run"/>.</param>
    public static IEnumerable<RecordedPrefixes> Runs(
        Model model, StudyText text, Prefix[] prefixes, IReadOnlyList<TapName> taps, StudyOptions options,
        string doing, Func<Tap>? change = null)
    {
        long floats = Math.Max(1, taps.Sum(tap => (long)tap.RowLength(model.Spec)));
        int most = (int)Math.Clamp(Budget / floats, 1, int.MaxValue);
        for (int first = 0; first < prefixes.Length; first += most)
        {
            int before = first;
            var run = new RecordedPrefixes(first, Math.Min(most, prefixes.Length - first));
            foreach (var tap in taps) run._rows[tap] = new float[run.Count * tap.RowLength(model.Spec)];
            var reporting = options with
            {
                Progress = options.Progress is { } told
                    ? new ImmediateProgress<StudyProgress>(
                        at => told.Report(at with { Done = before + at.Done, Total = prefixes.Length }))
                    : null,
            };
            PrefixPass.Run(
                model, text, new ArraySegment<Prefix>(prefixes, first, run.Count), () => run.Keep, reporting, doing,
                change: change);
            yield return run;
        }
    }

    private void Keep(TapPoint point, int layer, Span<float> values, int prefix)
    {
        if (_rows.TryGetValue(new(point, layer), out float[]? rows)) values.CopyTo(rows.AsSpan(prefix * values.Length));
    }
}
