using Loci.Atlas.Building;
using Loci.Cluster.Jobs;
using Loci.Cluster.Ledgers;
using Loci.Cluster.Work;
using Loci.Tests;
using Loci.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Orleans.Storage;
using Orleans.TestingHost;

namespace Loci.Cluster.Tests;

/// <summary>Jobs on a cluster of several silos in this process.</summary>
public sealed class ClusterTests : IAsyncLifetime
{
    private const string Model = "demo";
    private readonly TemporaryFolder _folder = new();
    private readonly SharedStorage _storage = new();
    private readonly InProcessTestCluster _cluster;

    public ClusterTests()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddKeyedSingleton<IGrainStorage>(JobGrain.Storage, _storage);
            silo.Services.TryAddSingleton(TimeProvider.System);
            silo.Configure<ClusterMembershipOptions>(options =>
                (options.ProbeTimeout, options.NumMissedProbesLimit) = (TimeSpan.FromSeconds(0.5), 2));
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(3));
            silo.Services.AddSingleton(WorkerSettings.Here(1) with
            {
                Idle = TimeSpan.FromMilliseconds(20), Unreachable = TimeSpan.FromMilliseconds(100),
            });
            silo.Services.AddHostedService<WorkerService>();
        });
        _cluster = builder.Build();
    }

    public async ValueTask InitializeAsync() => await _cluster.DeployAsync();

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_atlas_is_that_of_one_build_byte_for_byte()
    {
        byte[] expected = Expected(200);
        var status = await Finish(Prepare("a.atlas"));
        Assert.Equal(JobStage.Finished, status.Stage);
        Assert.Equal(expected, File.ReadAllBytes(_folder["a.atlas"]));
        Assert.Equal(status.Blocks, status.BlocksDone);
        Assert.Equal(PartialFile.Hash(_folder["a.atlas"]), status.OutputHash);
    }

    [Fact]
    public async Task A_silo_that_is_killed_and_one_that_joins_leave_no_trace()
    {
        byte[] expected = Expected(800);
        var spec = Prepare("a.atlas");
        var job = await Submit(spec);
        await _cluster.KillSiloAsync(_cluster.Silos[1]);
        await _cluster.StartAdditionalSiloAsync();
        Assert.Equal(JobStage.Finished, (await Wait(job)).Stage);
        Assert.Equal(expected, File.ReadAllBytes(_folder["a.atlas"]));
    }

    [Fact]
    public async Task A_job_that_was_cancelled_goes_on_from_its_results()
    {
        byte[] expected = Expected(800);
        var spec = Prepare("a.atlas") with { RangeSeconds = 0.05 };
        var job = await Submit(spec);
        while ((await job.Status()).Results < 3) await Task.Delay(10, TestContext.Current.CancellationToken);
        await job.Cancel();
        var cancelled = await job.Status();
        Assert.Equal(JobStage.Cancelled, cancelled.Stage);
        Assert.False(File.Exists(_folder["a.atlas"]));
        // A damaged result and a foreign file are found out.
        string damaged = Directory.GetFiles(Path.Combine(spec.Folder, "results"), "*.partial-atlas")[0];
        byte[] bytes = File.ReadAllBytes(damaged);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(damaged, bytes);
        File.WriteAllText(Path.Combine(spec.Folder, "results", "notes.partial-atlas"), "hello");
        await job.Submit(JobSpecFile.Read(new(spec.Folder)));
        Assert.True((await job.Status()).Results >= 3);
        Assert.Equal(JobStage.Finished, (await Wait(job)).Stage);
        Assert.Equal(expected, File.ReadAllBytes(_folder["a.atlas"]));
    }

    [Fact]
    public async Task Late_and_double_results_are_fenced()
    {
        Expected(50);
        var spec = Prepare("a.atlas") with { Id = "nobody-else-works" };
        // A job no worker hears of: the test is its worker.
        var job = _cluster.Client.GetGrain<IJobGrain>(spec.Id);
        await job.Submit(spec with { Model = "missing", LeaseSeconds = 1 });
        var zombie = await job.Take("zombie", spec.Identity);
        await Task.Delay(1200, TestContext.Current.CancellationToken);
        var heir = await job.Take("heir", spec.Identity);
        Assert.Equal((zombie.First, zombie.End), (heir.First, heir.End));
        var result = new BlockResult(heir.First, heir.End, new string('a', 64), 1);
        Assert.Equal((int)Reception.Fenced, await job.Complete(Beat(zombie, "zombie"), result));
        Assert.Equal((int)Reception.Accepted, await job.Complete(Beat(heir, "heir"), result));
        Assert.Equal((int)Reception.Duplicate, await job.Complete(Beat(heir, "heir"), result));
        Assert.Equal((int)Reception.Duplicate, await job.Complete(Beat(zombie, "zombie"), result));
        Assert.Equal((int)Reception.Disputed,
            await job.Complete(Beat(zombie, "zombie"), result with { Hash = new string('b', 64) }));
        var status = await job.Status();
        Assert.Equal(JobStage.Failed, status.Stage);
        Assert.Contains("computes wrongly", status.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_models_texts_and_versions_are_refused_by_name()
    {
        Expected(300);
        var spec = Prepare("a.atlas");
        var missing = spec with { Id = "missing", Model = "/there/is/none" };
        var job = await Submit(missing);
        Assert.Contains("/there/is/none", (await Refusal(job)).Error, StringComparison.Ordinal);
        await job.Cancel();

        var other = spec with { Id = "other", Model = "demo-gated" };
        job = await Submit(other);
        Assert.Contains("«model ", (await Refusal(job)).Error, StringComparison.Ordinal);
        await job.Cancel();

        var older = spec with { Id = "older",
            Identity = spec.Identity.Replace("version ", "version 0.0.0-", StringComparison.Ordinal) };
        job = await Submit(older);
        Assert.Contains("version 0.0.0-", (await Refusal(job)).Error, StringComparison.Ordinal);
        await job.Cancel();

        File.AppendAllText(_folder["text.txt"], "\nOne more.");
        File.WriteAllText(_folder["text.txt"], File.ReadAllText(_folder["text.txt"])[100..]);
        job = await Submit(spec);
        var failed = await Wait(job);
        Assert.Equal(JobStage.Failed, failed.Stage);
        Assert.Contains("not the one that was indexed", failed.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["a.atlas"]));
    }

    [Fact]
    public async Task Types_of_others_do_not_come_over_the_wire()
    {
        var serializer = _cluster.Client.ServiceProvider.GetRequiredService<Orleans.Serialization.Serializer>();
        Assert.ThrowsAny<Exception>(() => serializer.SerializeToArray<object>(new FileInfo("/etc/passwd")));
        Assert.Equal("x", (await _cluster.Client.GetGrain<IJobGrain>("x").Status()).Id);
    }

    private byte[] Expected(int lines)
    {
        var random = new Random(lines);
        string[] words = ["the", "bird", "sings", "in", "a", "tree", "and", "anna", "lives", "here"];
        File.WriteAllLines(_folder["text.txt"], Enumerable.Range(0, lines).Select(_ =>
            string.Join(' ', Enumerable.Range(0, random.Next(2, 9)).Select(_ => words[random.Next(words.Length)]))));
        new AtlasBuilder(
            ClusterModel.Open(Model), Corpus.Open([_folder["text.txt"]]), new() { Unit = SentenceUnit.Line },
            new() { Threads = 2 }) { ModelPlace = Model }.Build(_folder["one.atlas"]);
        return File.ReadAllBytes(_folder["one.atlas"]);
    }

    private JobSpec Prepare(string output) => new AtlasJob(
        Model, Corpus.Open([_folder["text.txt"]]), _folder[output], new() { Unit = SentenceUnit.Line })
    {
        LeaseSeconds = 2, RangeSeconds = 0.3,
    }.Prepare(null, TestContext.Current.CancellationToken);

    private async Task<IJobGrain> Submit(JobSpec spec)
    {
        var job = _cluster.Client.GetGrain<IJobGrain>(spec.Id);
        await job.Submit(spec);
        return job;
    }

    private async Task<JobStatus> Finish(JobSpec spec) => await Wait(await Submit(spec));

    private static Task<JobStatus> Wait(IJobGrain job) => Until(job, status => status.Stage != JobStage.Running);

    private static async Task<WorkerLine> Refusal(IJobGrain job) =>
        (await Until(job, status => status.Workers.Any(w => w.Error is not null))).Workers.First(
            w => w.Error is not null);

    private static async Task<JobStatus> Until(IJobGrain job, Func<JobStatus, bool> reached)
    {
        JobStatus? status = null;
        string error = "";
        for (var patience = System.Diagnostics.Stopwatch.StartNew(); patience.Elapsed < TimeSpan.FromMinutes(4);)
        {
            try
            {
                status = await job.Status();
                if (reached(status)) return status;
            }
            catch (Exception e) when (e is OrleansException or TimeoutException)
            {
                error = e.Message; // a silo has just died
            }
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        throw new TimeoutException($"the job did not come that far: {status} {error}");
    }

    private static WorkBeat Beat(WorkItem item, string worker) => new(item.Epoch, worker, item.First, item.End, 1, 1);
}
