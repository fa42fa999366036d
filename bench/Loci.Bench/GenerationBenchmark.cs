using System.Diagnostics;
using Loci.Memory.FastWeights;
using Loci.Memory.FeatureMaps;
using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Models.Blocks;
using Loci.Models.Weights;

namespace Loci.Bench;

/// <summary>
/// Generation token by token, the two places of a text taking turns in one run: what a token costs at position 1,000
/// and at 100,000, and what the text's memory holds. Random weights; the cost does not depend on them.
/// </summary>
internal static class GenerationBenchmark
{
    private const int Width = 256, Heads = 4, Layers = 4, Vocabulary = 4096, Early = 1_000;

    public static List<Target> Run(BenchmarkArguments arguments)
    {
        int late = arguments.Quick ? 10_000 : 100_000, turns = arguments.Quick ? 10 : 60;
        var targets = new List<Target>();
        var delta = Measure("delta rule, DPFP-1", Create(fast: true), late, turns);
        targets.Add(new($"generation, fast weights, token {Early} against {late}: speed kept", delta, 0.95));
        Measure("softmax with its cache", Create(fast: false), late, turns);
        return targets;
    }

    // Time of a token early over late, 1 where it stays.
    private static double Measure(string name, Transformer model, int late, int turns)
    {
        const int Tokens = 64; // of a turn: whole chunks
        var workspace = new Workspace(model.Spec);
        var random = RandomStream.Of(1, "tokens read");
        ContextMemory early = Read(model, workspace, Early, random), far = Read(model, workspace, late, random);
        long bytesEarly = early.Bytes, bytesLate = far.Bytes;
        var batch = new Batch();
        var times = (Early: new List<double>(), Late: new List<double>());
        Turn(early);
        Turn(far);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        for (int turn = 0; turn < turns; turn++)
        {
            times.Early.Add(Turn(early));
            times.Late.Add(Turn(far));
        }
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        double a = Median(times.Early), b = Median(times.Late);
        Console.WriteLine(
            $"{name,-24} token {Early}: {a * 1e6:0} µs, {bytesEarly / 1e6:0.00} MB; token {late}: {b * 1e6:0} µs, "
            + $"{bytesLate / 1e6:0.00} MB; " +
            $"time late/early {b / a:0.00}; {allocated / (2.0 * turns * Tokens):0} bytes allocated a token");
        return a / b;

        double Turn(ContextMemory memory)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < Tokens; i++)
            {
                batch.Clear();
                batch.Add([random.Next(Vocabulary)], memory.Length);
                model.Forward(batch, workspace, memory: memory);
            }
            return Stopwatch.GetElapsedTime(start).TotalSeconds / Tokens;
        }
    }

    private static ContextMemory Read(Transformer model, Workspace workspace, int length, Random random)
    {
        var memory = new ContextMemory(model.Spec);
        int[] tokens = new int[256];
        while (memory.Length < length)
        {
            foreach (ref int token in tokens.AsSpan()) token = random.Next(Vocabulary);
            model.Forward(Batch.Of(tokens.AsSpan(0, Math.Min(tokens.Length, length - memory.Length)), memory.Length),
                workspace, memory: memory, compute: new(Environment.ProcessorCount));
        }
        return memory;
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    private static Transformer Create(bool fast)
    {
        var memory = new FastWeightSpec
        {
            Rule = UpdateRule.Delta, Map = "dpfp-1", Normalization = Normalization.Sum, Heads = Heads,
            KeySize = Width / Heads,
            ValueSize = Width / Heads, LearnedStrength = true,
        };
        MixerSpec mixer = fast ? memory : new SoftmaxSpec
        {
            Heads = Heads, KeyValueHeads = Heads, HeadSize = Width / Heads, Scale = 1 / MathF.Sqrt(Width / Heads),
        };
        var block = new BlockSpec { Mixer = mixer, Cells = new(4 * Width, Activation.Gelu, Gated: false) };
        var spec = new ModelSpec
        {
            Family = "loci", Width = Width, Vocabulary = Vocabulary, Context = 1 << 20, Norm = NormKind.RmsNorm,
            NormEpsilon = 1e-5f,
            Blocks = [.. Enumerable.Repeat(block, Layers)], Head = new(Tied: true),
        };
        var random = RandomStream.Of(2, "weights");
        return new(spec, TensorSource.Of(tensor => !tensor.IsMatrix ? [.. Enumerable.Repeat(1f, tensor.Count)]
            : [.. Enumerable.Range(0, tensor.Count)
                .Select(_ => (random.NextSingle() - 0.5f) * 3.4f / MathF.Sqrt(tensor.Shape[1]))]));
    }
}
