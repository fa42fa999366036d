using System.Security.Cryptography;
using System.Text;
using Loci.Studies.Chance;

namespace Loci.Studies;

/// <summary>Which studies to run, and how much they measure.</summary>
/// <param name="Studies">The studies, in the order they run and are told.</param>
/// <param name="Scale">How much they measure.</param>
/// <param name="Nulls">Run those that depend on chance on nulls, too.</param>
public sealed record StudyPlan(IReadOnlyList<Study> Studies, StudyScale Scale, bool Nulls)
{
    /// <summary>
    /// Tells the numbers of this plan over a source from those of any other plan, source or version of Loci.
    /// </summary>
    /// <param name="source">What is read.</param>
    /// <param name="seed">What decides the samples.</param>
    public string IdentityOver(StudySource source, int seed)
    {
        string text =
            $"{source.Identity} {seed} {LociVersion.Current} {Scale} {Nulls} "
            + $"{string.Join(' ', Studies.Select(study => study.Name))}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Sentences of the nulls.</summary>
    internal int NullSentences => Scale == StudyScale.Quick ? 100 : 1000;

    /// <summary>The studies that are run on nulls.</summary>
    internal IReadOnlyList<Study> OnNulls { get; } = Nulls ? [.. Studies.Where(study => study.OnNulls)] : [];
}

/// <summary>Runs studies over one source, then those that depend on chance on its nulls.</summary>
public static class StudyRun
{
    /// <summary>Runs them. The same source, plan and seed give the same numbers, costs aside.</summary>
    /// <param name="source">Model, atlas and text.</param>
    /// <param name="plan">The studies.</param>
    /// <param name="options">Seed, threads and cancellation; its progress is not used.</param>
    /// <param name="progress">Told how far all of it is, from any thread; null: nobody asks.</param>
    /// <param name="checkpoint">Keeps each result as soon as it is there, and gives those of an earlier run; null:
    /// nothing is kept.</param>
    /// <exception cref="LociException">The text is too short for a study, or a file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The options' token was signalled.</exception>
    public static StudyResults Run(
        StudySource source, StudyPlan plan, StudyOptions options, IProgress<StudyRunProgress>? progress = null,
        StudyCheckpoint? checkpoint = null)
    {
        using var running = new Running(source, plan, options, progress, checkpoint);
        return running.All();
    }

    private sealed class Running : IDisposable
    {
        // A null is smaller than the text.
        private const double NullShare = 0.25, NullAtlases = 3;

        private readonly StudySource _source;
        private readonly StudyPlan _plan;
        private readonly StudyOptions _options;
        private readonly StudyClock _clock;
        private readonly StudyCheckpoint? _checkpoint;
        private NullSources? _nulls;

        public Running(
            StudySource source, StudyPlan plan, StudyOptions options, IProgress<StudyRunProgress>? progress,
            StudyCheckpoint? checkpoint)
        {
            (_source, _plan, _options, _checkpoint) = (source, plan, options, checkpoint);
            double work = plan.Studies.Sum(study => Effort(study, 1).Work);
            if (plan.OnNulls.Count > 0)
                work += NullAtlases + plan.OnNulls.Sum(study => (2 + Draws(study)) * Effort(study, NullShare).Work);
            _clock = new(options, progress, work);
        }

        public StudyResults All()
        {
            var found = Each(_plan.Studies, study => Measure(study, null, 0, () => _source));
            return new(_options.Seed, _plan.Scale, found, _plan.OnNulls.Count > 0 ? OnNulls() : null, _clock.Costs);
        }

        public void Dispose()
        {
            _nulls?.Dispose();
            _clock.Dispose();
        }

        private NullResults OnNulls() => new(
            Math.Min(_source.Text.Count, _plan.NullSentences),
            Each(_plan.OnNulls, study => Measure(study, "the same model", 0, () => Nulls().Sample)),
            Each(_plan.OnNulls, study => OfDraws(study)),
            Each(_plan.OnNulls, study => Measure(study, "shuffled text", 0, () => Nulls().ShuffledText)));

        // Where random weights are what a study is judged by, one draw is not enough.
        private object OfDraws(Study study)
        {
            object[] draws =
                [.. Enumerable.Range(0, Draws(study))
                    .Select(draw => Measure(study, "random weights", draw, () => Nulls().RandomWeights[draw]))];
            return study.OfDraws is { } join ? join(draws) : draws[0];
        }

        private static int Draws(Study study) => study.OfDraws is null ? 1 : NullSources.Draws;

        // Built only if something is to be measured on them.
        private NullSources Nulls() => _nulls ??= _clock.Run(
            "atlases", "nulls", new(NullAtlases, 2 + NullSources.Draws),
            o => NullSources.Build(_source, o, _plan.NullSentences));

        private static Measurements Each(IEnumerable<Study> studies, Func<Study, object> measure)
        {
            var results = new Measurements();
            foreach (var study in studies) results.Add(study, measure(study));
            return results;
        }

        private object Measure(Study study, string? on, int draw, Func<StudySource> source)
        {
            var effort = Effort(study, on is null ? 1 : NullShare);
            string sizes = study.SizesAt(_plan.Scale, on is not null);
            if (on is not null) sizes += $" of {_plan.NullSentences} sentences";
            if (_checkpoint?.Read(study, on, draw, sizes) is { } kept)
            {
                _clock.Skip(kept.Cost, effort);
                return kept.Result;
            }
            var of = source();
            object result = _clock.Run(study.Title, on, effort, o => study.Run(of, _plan.Scale, on is not null, o));
            _checkpoint?.Keep(study, on, draw, sizes, result, _clock.Costs[^1]);
            return result;
        }

        private StudyEffort Effort(Study study, double share)
        {
            var effort = study.Effort(_source.Model.Spec);
            return effort with { Work = share * effort.Work };
        }
    }
}

/// <summary>How far a run of studies is.</summary>
/// <param name="Study">The one that runs.</param>
/// <param name="Doing">What it is doing.</param>
/// <param name="Share">Share of all the work that is done, by the effort of the studies: 0 to 1, never falling.</param>
/// <param name="Left">Time left if the rest goes as fast; null until that can be told.</param>
public readonly record struct StudyRunProgress(string Study, string Doing, double Share, TimeSpan? Left);
