using Loci.Memory.Numerics;
using Loci.Models;
using static TorchSharp.torch;

namespace Loci.Bench;

/// <summary>
/// The forward pass without output head against the same in TorchSharp, in tokens a second; only real tokens count.
/// Ours has no padding: the sentences of a batch lie end to end. For Torch sentences are batched by length.
/// </summary>
internal static class ForwardBenchmark
{
    // of the largest number of the stream: two orders of float32 sums, 12 layers deep
    private const double Tolerance = 1e-3;

    public static List<Target> Run(BenchmarkArguments arguments)
    {
        using var _ = inference_mode();
        double peak = FmaPeak.Measure();
        Console.WriteLine($"multiply-add peak of a core {peak / 1e9:0.0} GFLOP/s; kernel {MatrixProduct.KernelName}");
        var targets = new List<Target>();
        double seconds = arguments.Quick ? 3 : 25;
        targets.AddRange(Batches("GPT-2 small", BenchmarkModels.Gpt2Small(), 512, 0.9, arguments, peak, seconds));
        var (stories, name) = BenchmarkModels.Stories260K();
        targets.AddRange(Batches(name, stories, 512, 1.5, arguments, peak, seconds / 4));
        if (arguments.Threads.Contains(1)) targets.Add(OneByOne(name, stories, peak, seconds / 4));
        return targets;
    }

    private static List<Target> Batches(
        string name, Transformer model, int rows, double goal, BenchmarkArguments arguments, double peak,
        double seconds)
    {
        using var torch = new PeerTransformer(model);
        var lists = RandomSentences.Batches(RandomSentences.Make(2000, model.Spec.Vocabulary, seed: 3), rows);
        RandomStream.Of(4, "order of batches").Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(lists));
        var batches = lists.Select(list => new PreparedBatch(list)).ToList();
        double padding = 1 - batches.Sum(b => b.Tokens) / (double)batches.Sum(b => b.Padded.NumberOfElements);
        Console.WriteLine(
            $"\n{name}, {lists.Sum(list => list.Count)} sentences of "
            + $"{batches.Sum(b => b.Tokens) / lists.Sum(list => list.Count)} tokens " +
            $"in batches of up to {rows} rows; padding: ours none, Torch's {padding:0.0%}");
        Compare(model, torch, batches[0]);
        var workspace = new Workspace(model.Spec);
        var targets = new List<Target>();
        foreach (int threads in arguments.Threads)
        {
            set_num_threads(threads);
            var race = Race.Run([.. batches.Select(b => b.Tokens)], seconds, int.MaxValue,
                i => model.Forward(batches[i].Ours, workspace, compute: new(threads)),
                i => torch.Forward(batches[i].Padded).Dispose());
            double ratio = race.Ratio(0, 1), flops = ForwardFlops.PerToken(model.Spec, batches);
            Console.WriteLine(
                $"threads: {threads}  {race.Rate(0),8:0} tokens/s, {race.Rate(0) * flops / 1e9,6:0.0} GFLOP/s, " +
                $"{race.Rate(0) * flops / peak / threads:0.00} of peak; Torch {race.Rate(1),8:0} tokens/s; " +
                $"ratio {ratio:0.00}, by processor time {race.ProcessorRatio(0, 1):0.00} ({race.Tokens.Length} turns)");
            targets.Add(new($"forward pass, {name}, batches, threads: {threads}, against TorchSharp", ratio, goal));
        }
        Shares(model, batches, workspace);
        foreach (var batch in batches) batch.Dispose();
        return targets;
    }

    private static Target OneByOne(string name, Transformer model, double peak, double seconds)
    {
        using var torch = new PeerTransformer(model);
        set_num_threads(1);
        var batches = RandomSentences.Make(2000, model.Spec.Vocabulary, seed: 5).Where(s => s.Length <= 16).Take(200)
            .Select(sentence => new PreparedBatch([sentence])).ToList();
        var workspace = new Workspace(model.Spec);
        var race = Race.Run([.. batches.Select(b => b.Tokens)], seconds, int.MaxValue,
            i => model.Forward(batches[i].Ours, workspace),
            i => torch.Forward(batches[i].Padded).Dispose());
        double flops = ForwardFlops.PerToken(model.Spec, batches);
        Console.WriteLine(
            $"\n{name}, one short sentence at a time ({batches.Average(b => b.Tokens):0} tokens)\n" +
            $"threads: 1  {race.Rate(0),8:0} tokens/s, {race.Rate(0) * flops / 1e9,6:0.0} GFLOP/s, "
            + $"{race.Rate(0) * flops / peak:0.00} of peak; " +
            $"Torch {race.Rate(1),8:0} tokens/s; ratio {race.Ratio(0, 1):0.00}, " +
            $"by processor time {race.ProcessorRatio(0, 1):0.00} ({race.Tokens.Length} turns)");
        Shares(model, batches, workspace);
        foreach (var batch in batches) batch.Dispose();
        return new($"forward pass, {name}, one short sentence at a time, against TorchSharp", race.Ratio(0, 1), 5);
    }

    /// <summary>Both engines compute the same.</summary>
    private static void Compare(Transformer model, PeerTransformer torch, PreparedBatch batch)
    {
        var workspace = new Workspace(model.Spec);
        model.Forward(batch.Ours, workspace);
        var ours = workspace.Stream(batch.Tokens);
        using var padded = torch.Forward(batch.Padded);
        using var real = padded.view(-1, model.Spec.Width).index_select(0, batch.RealRows);
        float[] theirs = real.data<float>().ToArray();
        double largest = 0, difference = 0;
        for (int i = 0; i < theirs.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(theirs[i]));
            difference = Math.Max(difference, Math.Abs(theirs[i] - ours[i]));
        }
        if (!(difference <= Tolerance * largest))
            throw new InvalidOperationException(
                $"The streams differ by {difference}, their largest number is {largest}.");
    }

    private static void Shares(Transformer model, List<PreparedBatch> batches, Workspace workspace)
    {
        var warm = new ForwardParts(model);
        int count = model.Spec.Width < 256 ? Math.Min(100, batches.Count) : 2;
        for (int i = 0; i < count; i++)
        {
            model.Forward(batches[i].Ours, workspace);
            if (!warm.Run(batches[i].Ours).AsSpan().SequenceEqual(workspace.Stream(batches[i].Tokens)))
                throw new InvalidOperationException(
                    "The operations one by one give another stream than the forward pass.");
        }
        var parts = new ForwardParts(model);
        for (int i = 0; i < count; i++) parts.Run(batches[i].Ours);
        double all = parts.Products + parts.Attention + parts.Norms + parts.Activations + parts.Rest;
        Console.WriteLine(
            $"time: products {parts.Products / all:0%}, attention {parts.Attention / all:0%}, norms "
            + $"{parts.Norms / all:0%}, " +
            $"activations {parts.Activations / all:0%}, embedding, rotation and residuals {parts.Rest / all:0%}");
    }
}
