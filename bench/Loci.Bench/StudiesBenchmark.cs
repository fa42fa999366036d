using Loci.Atlas;
using Loci.Atlas.Building;
using Loci.Models;
using Loci.Reports.Studies;
using Loci.Studies;
using Loci.Text;

namespace Loci.Bench;

/// <summary>What the studies of a report take, each by itself, over a small real model.</summary>
internal static class StudiesBenchmark
{
    private const double Goal = 180;

    public static List<Target> Run(BenchmarkArguments arguments)
    {
        string name = BenchmarkData.Find("stories260K") ?? Model.ConstructedName;
        string folder = Directory.CreateTempSubdirectory("loci-bench-").FullName;
        try
        {
            var model = Model.Open(name);
            string text = BenchmarkData.Find("tinystories", "tinystories.txt") ?? Path.Combine(folder, "corpus.txt");
            if (!File.Exists(text))
                File.WriteAllLines(text, Loci.Models.Constructed.ConstructedLanguage.Sentences(1).Take(5000));
            string path = Path.Combine(folder, "bench.atlas");
            new AtlasBuilder(model, Corpus.Open([text]), new() { MaxSentences = arguments.Quick ? 500 : 5000 },
                new() { Threads = Environment.ProcessorCount }).Build(path);
            using var atlas = AtlasFile.Open(path);
            var source = StudySource.Open(model, atlas, Corpus.Open([text]), new());
            List<Target> targets = [];
            foreach (int threads in arguments.Threads)
            {
                PeakMemory.Reset();
                var plan = new StudyPlan(
                    [.. StudyList.All.Select(each => each.Study)],
                    arguments.Quick ? StudyScale.Quick : StudyScale.Paper, Nulls: true);
                var results = StudyRun.Run(source, plan, new() { Threads = threads });
                double all = results.Costs.Sum(cost => cost.Seconds);
                Console.WriteLine($"\n{Path.GetFileName(name)}, {source.Text.Count:N0} sentences, threads: {threads}");
                foreach (var cost in results.Costs)
                    Console.WriteLine(
                        $"{(cost.On is null ? cost.Study : $"{cost.On}: {cost.Study}"),-38} {cost.Seconds,7:0.0} s  "
                        + $"peak {cost.PeakBytes / 1e6,5:0} MB");
                Console.WriteLine($"{"all",-38} {all,7:0.0} s  peak {PeakMemory.Megabytes(),5:0} MB");
                if (!arguments.Quick)
                    targets.Add(
                        new($"all studies with their nulls, threads: {threads}: {Goal:0} s over the time they took",
                            Goal / all, 1));
            }
            return targets;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
