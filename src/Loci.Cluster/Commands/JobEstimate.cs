using System.Diagnostics;
using Loci.Atlas.Building;
using Loci.Cluster.Jobs;
using Loci.Cluster.Work;
using Loci.Text;

namespace Loci.Cluster.Commands;

/// <summary>What a job will take, from its index and a few seconds of work.</summary>
internal static class JobEstimate
{
    private static readonly TimeSpan s_enough = TimeSpan.FromSeconds(3);

    /// <summary>Writes hours and gigabytes; leaves no file behind.</summary>
    public static int Write(AtlasJob job, int workers, CancellationToken cancel)
    {
        string folder = Directory.CreateTempSubdirectory("loci-dry-run").FullName;
        try
        {
            var model = ClusterModel.Open(job.Model);
            model.RequireTokenizer();
            var indexing = Stopwatch.StartNew();
            var index = SentenceIndexer.Index(
                job.Corpus, job.Options.Unit, job.Options.MaxSentences, folder, null, cancel);
            if (index.Sentences == 0) throw AtlasAssembly.NoText();
            double indexSeconds = indexing.Elapsed.TotalSeconds;
            var observer = new RangeObserver(model, index, job.Options.Top, job.BatchTokens);
            observer.Observe(new(0, 1), null, cancel); // compiles
            var (blocks, seconds, state) = Sample(observer, index, cancel);
            string file = Path.Combine(folder, "partial");
            var writing = Stopwatch.StartNew();
            PartialFile.Write(file, "dry run", [new(0, blocks)], state);
            double writeSeconds = writing.Elapsed.TotalSeconds;
            long bytes = new FileInfo(file).Length;

            double share = (double)blocks / index.Blocks.Count, work = seconds / share;
            double results = Math.Max(workers, Math.Ceiling(work / job.RangeSeconds));
            Console.WriteLine($"text       {index.Sentences:N0} sentences in {index.Blocks.Count:N0} blocks, about "
                + $"{state.Prefixes / share:N0} prefixes; indexed in {indexSeconds:N1} s");
            Console.WriteLine($"measured   {state.Prefixes / seconds:N0} prefixes a second and worker, from "
                + $"{state.Prefixes:N0} prefixes on {Environment.MachineName}");
            Console.WriteLine($"work       {work / 3600:N2} hours of one worker; {work / 3600 / workers:N2} hours of "
                + $"{workers}");
            Console.WriteLine($"results    about {results:N0} of {bytes / 1e6:N1} MB so far: "
                + $"{results * bytes / 1e9:N2} GB of disk while the job runs, written in {writeSeconds:N2} s each");
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (int Blocks, double Seconds, BuildState State) Sample(
        RangeObserver observer, SentenceIndex index, CancellationToken cancel)
    {
        BuildState? all = null;
        int blocks = 0;
        var clock = Stopwatch.StartNew();
        while (blocks < index.Blocks.Count && (blocks == 0 || clock.Elapsed < s_enough))
        {
            var state = observer.Observe(new(blocks, blocks + 1), null, cancel);
            if (all is null) all = state;
            else all.Merge(state);
            blocks++;
        }
        return (blocks, clock.Elapsed.TotalSeconds, all!);
    }
}
