using Loci.Memory.Numerics;
using System.Diagnostics;
using Loci.Atlas.Building;
using Loci.Models;
using Loci.Text;
using static TorchSharp.torch;

namespace Loci.Bench;

/// <summary>
/// What building an atlas costs beyond the forward pass it needs anyhow, and against the usual way in TorchSharp; then
/// a small real build from text to file.
/// </summary>
internal static class AtlasBenchmark
{
    private const int Top = 50;
    private const int BatchRows = 512;

    public static List<Target> Run(BenchmarkArguments arguments)
    {
        // What tells of memory comes before Torch is loaded.
        Build(arguments.Quick ? 300 : 3000);
        double seconds = arguments.Quick ? 6 : 40, peak = FmaPeak.Measure();
        var model = BenchmarkModels.Gpt2Small();
        PeakMemory.Reset();
        var worker = WarmUp("GPT-2 small", model, arguments.Quick ? 100 : 2000);
        Console.WriteLine($"peak memory {PeakMemory.Megabytes():0} MB, of it the weights {Megabytes(model):0} MB");
        var targets = Observe("GPT-2 small", model, worker, peak, seconds);
        var (stories, name) = BenchmarkModels.Stories260K();
        targets.AddRange(Observe(name, stories, WarmUp(name, stories, 2000), peak, seconds / 8));
        return targets;
    }

    /// <summary>
    /// After some sentences most coefficients are below the thresholds, as in all but the start of a real build.
    /// </summary>
    private static BuildWorker WarmUp(string name, Transformer model, int count)
    {
        var clock = Stopwatch.StartNew();
        var sentences = RandomSentences.Make(count, model.Spec.Vocabulary, seed: 6);
        BuildWorker[] workers = [.. Enumerable.Range(0, Environment.ProcessorCount)
            .Select(_ => Worker(model, new(model.Spec, Top)))];
        Thread[] threads = [.. workers.Select((worker, w) => new Thread(() =>
        {
            var share = Enumerable.Range(0, count).Where(s => s % workers.Length == w)
                .Select(s => (Id: s, Tokens: sentences[s]));
            foreach (var batch in share.Chunk(BatchRows / 25))
                worker.Observe([.. batch.Select(s => new TokenizedSentence(s.Id, s.Tokens, Cut: false))]);
        }))];
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        var state = workers[0].State;
        foreach (var worker in workers.Skip(1)) state.Merge(worker.State);
        Console.WriteLine(
            $"\n{name}, t = {Top}: warmed up with {state.Sentences} sentences, {state.Prefixes} tokens in "
            + $"{clock.Elapsed.TotalSeconds:0.0} s " +
            $"on {workers.Length} threads");
        return Worker(model, state);
    }

    private static List<Target> Observe(string name, Transformer model, BuildWorker worker, double peak, double seconds)
    {
        using var _ = inference_mode();
        using var torch = new PeerTransformer(model);
        using var torchAtlas = new TorchAtlas(torch, model.Spec.Layers, Top);
        set_num_threads(1);
        var lists = RandomSentences.Batches(RandomSentences.Make(500, model.Spec.Vocabulary, seed: 7), BatchRows);
        RandomStream.Of(8, "order of batches").Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(lists));
        var batches = lists.Select(list => new PreparedBatch(list)).ToList();
        var workspace = new Workspace(model.Spec);
        long id = FirstFresh, seen = 0, allocated = 0;
        // its memory grows to the largest batch
        worker.Observe(Fresh(lists.MaxBy(list => list.Sum(tokens => tokens.Length))!));
        var before = worker.Times;
        var race = Race.Run([.. batches.Select(b => b.Tokens)], seconds, int.MaxValue,
            i => model.Forward(batches[i].Ours, workspace),
            i =>
            {
                var fresh = Fresh(lists[i]);
                long start = GC.GetAllocatedBytesForCurrentThread();
                worker.Observe(fresh);
                allocated += GC.GetAllocatedBytesForCurrentThread() - start;
                seen += batches[i].Tokens;
            },
            i => torchAtlas.Observe(batches[i]),
            i => torch.Forward(batches[i].Padded).Dispose());
        long forward = worker.Times.Forward - before.Forward, scan = worker.Times.Scan - before.Scan;
        double atPeak = peak / ForwardFlops.PerToken(model.Spec, batches);
        double cells = (double)model.Spec.TotalCells;
        Console.WriteLine(
            $"""
            threads: 1, {race.Tokens.Length} turns: bare forward pass {race.Rate(0):0} tokens/s; atlas {race.Rate(1):0} tokens/s, {race.Rate(1) * cells / 1e6:0.0} M cells/s; usual way in TorchSharp {race.Rate(2):0} tokens/s, its forward pass alone {race.Rate(3):0}
            atlas of the bare forward pass {race.Ratio(1, 0):0.00}, by processor time {race.ProcessorRatio(1, 0):0.00}; against the usual way {race.Ratio(1, 2):0.00}, by processor time {race.ProcessorRatio(1, 2):0.00}
            (a forward pass at the processor's peak, {atPeak:0} tokens/s, would be {atPeak / race.Rate(2):0.00} times the usual way)
            time: forward {(double)forward / (forward + scan):0.0%}, scan {(double)scan / (forward + scan):0.0%}; allocated {(double)allocated / seen:0.0} bytes/token
            """);
        foreach (var batch in batches) batch.Dispose();
        var usual = new Target($"atlas, {name}, against the usual way in TorchSharp", race.Ratio(1, 2), 2);
        return model.Spec.HasGatedCells
            ? [usual]
            : [new($"atlas, {name}, of the bare forward pass", race.Ratio(1, 0), 0.9), usual];

        TokenizedSentence[] Fresh(List<int[]> list) =>
            [.. list.Select(tokens => new TokenizedSentence(id++, tokens, Cut: false))];
    }

    private static void Build(int sentences)
    {
        string name = BenchmarkData.Find("stories260K") ?? Model.ConstructedName;
        var model = Model.Open(name);
        string folder = Directory.CreateTempSubdirectory("loci-bench-").FullName;
        try
        {
            string text = BenchmarkData.Find("tinystories", "tinystories.txt") ?? Path.Combine(folder, "corpus.txt");
            if (!File.Exists(text))
                File.WriteAllText(text, "the cat saw a dog in the park . then it ran home and slept .");
            string path = Path.Combine(folder, "bench.atlas");
            PeakMemory.Reset();
            var builder = new AtlasBuilder(
                model, Corpus.Open([text]), new() { Top = Top, MaxSentences = sentences },
                new() { Threads = Environment.ProcessorCount });
            builder.Build(path);
            var report = builder.Report;
            double store = report.Seconds - report.ObserveSeconds,
                frequency = Stopwatch.Frequency * (double)Environment.ProcessorCount;
            double textTime = report.Times.Text / frequency, forward = report.Times.Forward / frequency,
                scan = report.Times.Scan / frequency;
            double all = textTime + forward + scan + store;
            Console.WriteLine(
                $"""

                a build from text to file, {Path.GetFileName(name)}, threads: {Environment.ProcessorCount}: {report.Sentences} sentences, {report.Prefixes} tokens in {report.Seconds:0.0} s, {report.Prefixes / report.ObserveSeconds:0} tokens/s while observing
                time: forward {forward / all:0%}, scan {scan / all:0%}, text {textTime / all:0%}, store {store / all:0%}; peak memory {PeakMemory.Megabytes():0} MB, the file {new FileInfo(path).Length / 1e6:0.0} MB
                """);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private const long FirstFresh = 1 << 20; // beyond the warm-up's sentences

    private static BuildWorker Worker(Transformer model, BuildState state) => new(model, null, state);

    private static double Megabytes(Transformer model) => model.Tensors.Where(tensor => tensor.IsMatrix).Sum(
        tensor => tensor.Count * (model.FormatOf(tensor) == WeightFormat.Float32 ? 4.0 : 2)) / 1e6;
}
