using System.Diagnostics;
using Loci.Atlas;

namespace Loci.Bench;

/// <summary>
/// What a search of a large atlas takes: a million cells and ten million sentences. It needs some ten gigabytes of disk
/// where temporary files lie; <c>--quick</c> is a fiftieth.
/// </summary>
internal static class SearchBenchmark
{
    private const int Layers = 50, CellsPerLayer = 20_000, QuickCells = 400;
    private const int Searches = 50;
    private const double GoalMilliseconds = 100;

    // From the rarest words to those that stand in every hundredth sentence: what people search for.
    private static readonly (string Kind, int From, int To)[] s_words =
        [("rare words", 20_000, 30_000), ("usual words", 1_000, 10_000), ("frequent words", 60, 200)];

    public static List<Target> Run(BenchmarkArguments arguments)
    {
        var source = new GeneratedAtlas(Layers, arguments.Quick ? QuickCells : CellsPerLayer);
        string folder = Directory.CreateTempSubdirectory("loci-bench-").FullName;
        try
        {
            string path = Path.Combine(folder, "generated.atlas");
            var clock = Stopwatch.StartNew();
            AtlasWriter.Write(source, path);
            Console.WriteLine(
                $"{source.Cells:N0} cells, {source.Sentences:N0} sentences, {new FileInfo(path).Length / 1e9:f2} GB, "
                + $"written in {clock.Elapsed.TotalSeconds:f0} s");
            using var atlas = AtlasFile.Open(path);
            clock.Restart();
            atlas.Search(GeneratedAtlas.Word(5_000));
            Console.WriteLine($"the first search, which checks the index: {clock.Elapsed.TotalSeconds:f1} s");
            List<Target> targets = [];
            foreach (var (kind, from, to) in s_words)
            {
                var took = new List<double>();
                long cells = 0;
                for (int i = 0; i < Searches; i++)
                {
                    string word = GeneratedAtlas.Word(from + (int)((long)i * (to - from) / Searches));
                    clock.Restart();
                    cells += atlas.Search(word).TriggerCells;
                    took.Add(clock.Elapsed.TotalMilliseconds);
                }
                took.Sort();
                double p95 = took[(int)(0.95 * took.Count)];
                Console.WriteLine(
                    $"{kind,-15} half {took[took.Count / 2],7:f1} ms  p95 {p95,7:f1} ms  "
                    + $"{(double)cells / Searches,9:N0} cells a search");
                if (!arguments.Quick)
                    targets.Add(new($"search, {kind}: {GoalMilliseconds:f0} ms over p95", GoalMilliseconds / p95, 1));
            }
            return targets;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
