using Loci.Atlas.Building;
using Loci.Cluster.Ledgers;
using Loci.Cluster.Work;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace Loci.Cluster.Jobs;

/// <inheritdoc cref="IJobGrain"/>
internal sealed class JobGrain(
    [PersistentState("job", JobGrain.Storage)] IPersistentState<JobState> state, TimeProvider clock,
    ILogger<JobGrain> log) : Grain, IJobGrain
{
    /// <summary>The name of the storage of jobs.</summary>
    public const string Storage = "jobs";

    private static readonly TimeSpan s_writeEvery = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, WorkerLine> _workers = [];
    private readonly long _start = clock.GetTimestamp();
    private Ledger? _ledger;
    private bool _dirty;
    private double _secondsBefore;

    // Monotonic: a jump of the clock ends no lease.
    private TimeSpan Now => clock.GetElapsedTime(_start);

    private JobState Job => state.State;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (Job.Stage == JobStage.Running) await Open();
        this.RegisterGrainTimer(Flush, s_writeEvery, s_writeEvery);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        await Flush();

    public async Task Submit(JobSpec spec)
    {
        if (Job.Stage == JobStage.Running)
        {
            if (Job.Spec == spec with { Files = Job.Spec!.Files }) return;
            throw new InvalidOperationException($"There is a job «{spec.Id}» already, and it runs.");
        }
        int generation = Job.Generation;
        state.State = new() { Spec = spec, Stage = JobStage.Running, Generation = generation };
        await Open();
        await GrainFactory.GetGrain<IJobListGrain>(0).Add(spec.Id);
        log.Submitted(spec.Id, spec.Blocks, spec.Output);
    }

    public Task<JobSpec?> Spec() => Task.FromResult(Job.Stage == JobStage.Running ? Job.Spec : null);

    public Task<WorkItem> Take(string worker, string identity)
    {
        if (Job.Stage != JobStage.Running || _ledger is null) return Task.FromResult(new WorkItem(WorkKind.Over));
        if (identity != Job.Spec!.Identity)
        {
            Note(worker, "refused", 0, 0, BuildIdentity.Difference(identity, Job.Spec.Identity));
            return Task.FromResult(new WorkItem(WorkKind.Wait));
        }
        var lease = _ledger.Take(worker, Now);
        if (lease is null)
        {
            if (_ledger.Failure is { } failure) return End(JobStage.Failed, failure);
            Note(worker, "waits", 0, 0, null);
            return Task.FromResult(new WorkItem(WorkKind.Wait));
        }
        if (lease.Range is not { } range)
        {
            Note(worker, "writes the atlas", 0, 0, null);
            return Task.FromResult(new WorkItem(WorkKind.Assemble, lease.Epoch, Results:
                [.. _ledger.Results.Select(r => new BlockResult(r.Range.First, r.Range.End, r.Hash, r.Bytes))]));
        }
        Note(worker, range.ToString(), 0, 0, null);
        return Task.FromResult(new WorkItem(WorkKind.Observe, lease.Epoch, range.First, range.End));

        async Task<WorkItem> End(JobStage stage, string error)
        {
            await Close(stage, error);
            return new WorkItem(WorkKind.Over);
        }
    }

    public Task Refuse(string worker, string reason)
    {
        Note(worker, "refused", 0, 0, reason);
        log.Refused(worker, this.GetPrimaryKeyString(), reason);
        return Task.CompletedTask;
    }

    public Task<long> Renew(WorkBeat beat)
    {
        if (_ledger is null || Job.Stage != JobStage.Running) return Task.FromResult(0L);
        long epoch = _ledger.Renew(beat.Epoch, beat.Worker, RangeOf(beat), Now) ?? 0;
        if (epoch != 0)
            Note(beat.Worker, RangeOf(beat)?.ToString() ?? "writes the atlas", beat.Prefixes, beat.Seconds, null);
        return Task.FromResult(epoch);
    }

    public async Task<int> Complete(WorkBeat beat, BlockResult result)
    {
        if (_ledger is null || Job.Stage != JobStage.Running) return (int)Reception.Fenced;
        var reception = _ledger.Complete(
            beat.Epoch, beat.Worker, new(new(result.First, result.End), result.Hash, result.Bytes), beat.Seconds, Now);
        if (reception == Reception.Accepted)
        {
            Job.Prefixes += beat.Prefixes;
            Job.WorkSeconds += beat.Seconds;
        }
        else
        {
            Job.WasteSeconds += beat.Seconds;
            if (reception == Reception.Duplicate) Job.Duplicates++;
            else if (reception == Reception.Fenced) Job.Fenced++;
        }
        _dirty = true;
        log.Received(reception, result.First, result.End, beat.Worker, beat.Seconds);
        if (reception == Reception.Disputed) await Close(JobStage.Failed, _ledger.Failure!);
        return (int)reception;
    }

    public async Task Assembled(WorkBeat beat, string hash)
    {
        if (_ledger?.Renew(beat.Epoch, beat.Worker, null, Now) is null) return;
        Job.OutputHash = hash;
        await Close(JobStage.Finished, null);
    }

    public Task Discard(WorkBeat beat, BlockResult result, string reason)
    {
        log.Discarded(result.First, result.End, reason);
        _ledger?.Discard(new(new(result.First, result.End), result.Hash, result.Bytes));
        _ledger?.Return(beat.Epoch, beat.Worker);
        _dirty = true;
        return Task.CompletedTask;
    }

    public async Task Fail(WorkBeat beat, string reason)
    {
        if (_ledger is null || Job.Stage != JobStage.Running) return;
        log.Failed(beat.Worker, RangeOf(beat)?.ToString() ?? "writing the atlas", reason);
        _ledger.Fail(beat.Epoch, beat.Worker, reason, Now);
        Job.WasteSeconds += beat.Seconds;
        Note(beat.Worker, "rests", beat.Prefixes, beat.Seconds, reason);
        if (_ledger.Failure is { } failure) await Close(JobStage.Failed, failure);
    }

    public Task Return(WorkBeat beat)
    {
        _ledger?.Return(beat.Epoch, beat.Worker);
        Job.WasteSeconds += beat.Seconds;
        _workers.Remove(beat.Worker);
        return Task.CompletedTask;
    }

    public async Task Cancel()
    {
        if (Job.Stage == JobStage.Running) await Close(JobStage.Cancelled, null);
    }

    public Task<JobStatus> Status() => Task.FromResult(new JobStatus
    {
        Id = this.GetPrimaryKeyString(),
        Stage = Job.Stage,
        Error = Job.Error,
        Blocks = Job.Spec?.Blocks ?? 0,
        BlocksDone = _ledger?.BlocksDone ?? Job.Results.Sum(result => result.End - result.First),
        Prefixes = Job.Prefixes,
        Seconds = Elapsed,
        WorkSeconds = Job.WorkSeconds,
        WasteSeconds = Job.WasteSeconds,
        LeasesLost = Job.LeasesLost + (_ledger?.LeasesLost ?? 0),
        SecondLeases = Job.SecondLeases + (_ledger?.SecondLeases ?? 0),
        Duplicates = Job.Duplicates,
        Fenced = Job.Fenced,
        Results = _ledger?.Results.Count ?? Job.Results.Count,
        ResultBytes = _ledger?.Results.Sum(result => result.Bytes) ?? Job.Results.Sum(result => result.Bytes),
        Workers = [.. _workers.Values.OrderBy(line => line.Name, StringComparer.Ordinal)],
        Output = Job.Spec?.Output ?? "",
        OutputHash = Job.OutputHash,
        Folder = Job.Spec?.Folder ?? "",
    });

    private double Elapsed => Job.Stage == JobStage.Running ? _secondsBefore + Now.TotalSeconds : Job.Seconds;

    // What is on disk counts, whether it was written down or not: the ledger can be lost.
    private async Task Open()
    {
        var spec = Job.Spec!;
        Job.Generation++;
        _secondsBefore = Job.Seconds - Now.TotalSeconds;
        var found = new JobFolder(spec.Folder).Results();
        var pace = new LedgerPace(TimeSpan.FromSeconds(spec.LeaseSeconds), TimeSpan.FromSeconds(spec.RangeSeconds));
        _ledger = new(spec.Blocks, Job.Generation, pace, found, Now);
        await state.WriteStateAsync();
        log.Opened(spec.Id, Job.Generation, _ledger.BlocksDone, spec.Blocks);
    }

    private async Task Close(JobStage stage, string? error)
    {
        Job.Seconds = Elapsed;
        (Job.Stage, Job.Error) = (stage, error);
        Remember();
        (Job.LeasesLost, Job.SecondLeases) = (
            Job.LeasesLost + _ledger!.LeasesLost, Job.SecondLeases + _ledger.SecondLeases);
        _ledger = null;
        log.Closed(this.GetPrimaryKeyString(), stage, error);
        await state.WriteStateAsync();
        await GrainFactory.GetGrain<IJobListGrain>(0).Remove(this.GetPrimaryKeyString());
    }

    private void Remember()
    {
        if (_ledger is not null)
            Job.Results = [.. _ledger.Results.Select(
                r => new BlockResult(r.Range.First, r.Range.End, r.Hash, r.Bytes))];
    }

    private async Task Flush()
    {
        if (!_dirty || _ledger is null) return;
        Remember();
        Job.Seconds = Elapsed;
        try
        {
            await state.WriteStateAsync();
            _dirty = false;
        }
        catch (InconsistentStateException e)
        {
            log.Superseded(this.GetPrimaryKeyString(), e.Message); // another silo has the job: this one lets it go
            DeactivateOnIdle();
        }
        catch (Exception e)
        {
            log.NotWritten(this.GetPrimaryKeyString(), e.Message); // the database is away; results are on disk
        }
    }

    private void Note(string worker, string doing, long prefixes, double seconds, string? error) =>
        _workers[worker] = new(worker, doing, prefixes, seconds > 0 ? prefixes / seconds : 0, error);

    private static BlockRange? RangeOf(WorkBeat beat) =>
        beat.End > beat.First ? new(beat.First, beat.End) : null;
}
