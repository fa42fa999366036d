using System.Diagnostics;
using Loci.Atlas.Storage;
using Loci.Models;
using Loci.Text;

namespace Loci.Atlas.Building;

/// <summary>
/// Builds an atlas: runs every sentence of a corpus through a model, keeps the strongest prefixes and the statistics of
/// every cell, reads the values, writes the file. The result does not depend, in a single bit, on threads, batches,
/// interruptions or parts.
/// </summary>
/// <remarks>
/// Work goes in legs. In a leg, workers take sentences in corpus order until it is time for a checkpoint; at its end
/// all are idle, everything handed out is done, and the state on disk is «all sentences before this one».
/// </remarks>
public sealed class AtlasBuilder
{
    private readonly Model _model;
    private readonly AtlasOptions _options;
    private readonly BuildSettings _settings;
    private readonly Corpus _corpus;
    private readonly SentenceFeed _feed;
    private SourceFile[] _files = [];

    /// <summary>Prepares a build.</summary>
    /// <param name="model">The model; it needs a tokenizer.</param>
    /// <param name="corpus">The text.</param>
    /// <param name="options">What the atlas is to hold.</param>
    /// <param name="settings">How to run.</param>
    /// <exception cref="LociException">The model has no tokenizer, or the options make no sense.</exception>
    public AtlasBuilder(Model model, Corpus corpus, AtlasOptions options, BuildSettings settings)
    {
        model.RequireTokenizer();
        if (options.Part is { } part && (part.Of < 1 || part.Number < 1 || part.Number > part.Of))
            throw new LociException($"There is no {part}; parts of n are numbered 1 to n.");
        if (options.Top is < 1 or > AtlasOptions.MostTriggers
            || options.ValueTokens is < 1 or > AtlasOptions.MostValueTokens)
            throw new LociException(
                $"An atlas keeps 1 to {AtlasOptions.MostTriggers} triggers, not {options.Top}, and as many tokens of "
                + $"a value, not {options.ValueTokens}.");
        (_model, _corpus, _options, _settings) = (model, corpus, options, settings);
        _feed = new(model, corpus, options);
    }

    /// <summary>
    /// Where the model was opened from, for the manifest: an absolute path, a relative one that begins with <c>./</c>
    /// or <c>../</c>, or a name (a hub id, a built-in model).
    /// </summary>
    public string? ModelPlace { get; init; }

    /// <summary>What the finished build spent its time on, over all workers.</summary>
    public BuildReport Report { get; private set; } = new();

    /// <summary>
    /// Where a build keeps what is done, so that the same build goes on from there; there is no such file once it has
    /// ended.
    /// </summary>
    /// <param name="path">The atlas.</param>
    public static string CheckpointFor(string path) => BuildCheckpoint.PathFor(path);

    /// <summary>Builds, going on from a checkpoint of the same build where there is one.</summary>
    /// <param name="path">The atlas; its checkpoint stands beside it while the build runs. One that exists is replaced
    /// if it is of the same build, or if <see cref="BuildSettings.Replace"/> says so.</param>
    /// <param name="progress">Told how far the build is, on any thread.</param>
    /// <param name="cancellation">Ends the build at the next batch, with a checkpoint.</param>
    /// <exception cref="LociException">
    /// The corpus cannot be read, the disk is full, the checkpoint is another build's, another process builds the same
    /// atlas, …
    /// </exception>
    public void Build(string path, IProgress<BuildProgress>? progress = null, CancellationToken cancellation = default)
    {
        var clock = Stopwatch.StartNew();
        string checkpoint = BuildCheckpoint.PathFor(path);
        using var alone = BuildLock.Take(path);
        _files = HashCorpus(path, cancellation);
        string? modelPlace = ModelPlace is { } place ? KeptPlaces.Keep(place, path) : null;
        var assembly = new AtlasAssembly(_model, _options, _corpus.Reading, _files, modelPlace);
        string identity = assembly.Identity;
        if (!_settings.Replace) CheckReplaceable(path, identity);
        var (next, workers) = Start(BuildCheckpoint.Load(checkpoint, identity, _model.Spec, _options.Top));
        long begun = workers.Sum(worker => worker.State.Prefixes);
        var values = new ValueReader(_model.Transformer, _options.ValueTokens,
            new(Math.Max(1, _settings.Threads), cancellation));
        var meter = new BuildMeter(_files, _options, begun, workers.Sum(worker => worker.State.Sentences),
            values.ExpectedTime(), progress);

        using (var handout = new SentenceHandout(_feed, next))
        {
            while (!handout.AtEnd)
            {
                RunLeg(handout, workers, meter, cancellation);
                if (!handout.AtEnd || cancellation.IsCancellationRequested)
                    BuildCheckpoint.Save(checkpoint, identity, handout.Next,
                        [.. workers.Select(worker => worker.State)]);
                cancellation.ThrowIfCancellationRequested();
            }
        }
        double observed = clock.Elapsed.TotalSeconds;

        var state = workers[0].State;
        foreach (var worker in workers.Skip(1)) state.Merge(worker.State);
        if (state.Prefixes == 0 && _options.Part is null) throw AtlasAssembly.NoText();
        // The longest part is done: a kill while writing shall not lose it.
        if (observed > _settings.CheckpointEvery.TotalSeconds)
            BuildCheckpoint.Save(checkpoint, identity, long.MaxValue, [state]);

        if (!HashCorpus(path, cancellation).SequenceEqual(_files))
            throw new LociException(
                "The corpus was changed while it was read; an atlas of it would point at other text. Build again.");
        assembly.Write(state, _feed.Replaced, _feed.Read, values, path, meter.Stored, cancellation);
        BuildCheckpoint.Delete(checkpoint);

        Report = new BuildReport
        {
            Sentences = state.Sentences,
            Prefixes = state.Prefixes,
            NewPrefixes = state.Prefixes - begun,
            Seconds = clock.Elapsed.TotalSeconds,
            ObserveSeconds = observed,
            Times = workers.Aggregate(default(BuildTimes), (sum, worker) => sum + worker.Times),
        };
    }

    private (long Next, List<BuildWorker> Workers) Start((long NextSentence, List<BuildState> States)? saved)
    {
        var workers = new List<BuildWorker>();
        for (int w = 0; w < Math.Max(1, _settings.Threads); w++)
        {
            var state = saved is { } from && w < from.States.Count ? from.States[w] : new(_model.Spec, _options.Top);
            workers.Add(new(_model.Transformer, _model.BeginOfSequence, state));
        }
        if (saved is { } found)
            foreach (var state in found.States.Skip(workers.Count)) workers[0].State.Merge(state);
        return (saved?.NextSentence ?? 0, workers);
    }

    private void RunLeg(SentenceHandout handout, List<BuildWorker> workers, BuildMeter meter,
        CancellationToken cancellation)
    {
        long end = Stopwatch.GetTimestamp() + (long)(_settings.CheckpointEvery.TotalSeconds * Stopwatch.Frequency);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (workers is [var only])
        {
            Work(only);
            return;
        }
        var errors = new List<Exception>();
        Thread[] threads = [
            .. workers.Select((worker, w) => new Thread(() => Guard(worker)) { Name = $"atlas worker {w}" })];
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        if (errors.Count > 0) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(errors[0]);

        void Guard(BuildWorker worker)
        {
            try
            {
                Work(worker);
            }
            catch (Exception e)
            {
                lock (errors) errors.Add(e);
                stop.Cancel();
            }
        }

        void Work(BuildWorker worker)
        {
            var sentences = new List<Sentence>();
            var tokenized = new List<TokenizedSentence>();
            while (Stopwatch.GetTimestamp() < end && !stop.IsCancellationRequested
                && handout.Take(_settings.BatchTokens, sentences))
            {
                long start = Stopwatch.GetTimestamp();
                tokenized.Clear();
                int tokens = 0;
                foreach (var sentence in sentences)
                    if (_feed.Tokenize(sentence) is { } some)
                    {
                        tokenized.Add(some);
                        tokens += some.Tokens.Length;
                    }
                long characters = sentences.Sum(s => s.Text.Length + 1L);
                handout.Learn(characters, tokens);
                worker.AddTextTime(Stopwatch.GetTimestamp() - start);
                if (tokenized.Count > 0) worker.Observe(tokenized);
                meter.Observed(tokens, sentences.Count, characters);
            }
        }
    }

    // A result that took an hour is not lost to a name typed twice.
    internal static void CheckReplaceable(string path, string identity)
    {
        if (!File.Exists(path)) return;
        string holds;
        try
        {
            using var atlas = AtlasFile.Open(path);
            string found = BuildIdentity.Of(atlas.Manifest);
            if (found == identity) return;
            holds = $"an atlas of another build: {BuildIdentity.Difference(found, identity)}";
        }
        catch (LociException)
        {
            holds = "something that is no atlas to read.";
        }
        throw new LociException($"{path} exists and holds {holds} Give another name, or --force to replace it.");
    }

    private SourceFile[] HashCorpus(string path, CancellationToken cancellation) =>
        [.. _corpus.HashFiles(cancellation).Select(file =>
        new SourceFile(Path.GetFileName(file.Path), file.Sha256, file.Length, KeptPlaces.KeepFile(file.Path, path)))];
}
