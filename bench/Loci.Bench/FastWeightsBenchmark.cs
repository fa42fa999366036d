using Loci.Memory.FastWeights;
using Loci.Memory.FeatureMaps;
using Loci.Memory.Numerics;
using static TorchSharp.torch;

namespace Loci.Bench;

/// <summary>
/// The fast-weight kernels: time per token and head, against the peak of a core and against each other.
/// </summary>
internal static class FastWeightsBenchmark
{
    private const int Heads = 8, Length = 1024, Nu = 3;

    public static List<Target> Run(BenchmarkArguments arguments)
    {
        set_num_threads(1);
        double peak = FmaPeak.Measure();
        Console.WriteLine(
            $"multiply-add peak of a core {peak / 1e9:0.0} GFLOP/s; {Heads} heads, {Length} tokens, float32");
        var targets = AgainstTorch(arguments.Quick ? 0.5 : 2);
        foreach (int size in new[] { 32, 64, 128 }) Sequence(size, peak);
        targets.AddRange(Threads());
        targets.Add(SkippedZeros());
        return targets;
    }

    private static void Sequence(int size, double peak)
    {
        var data = new Data(size, size, sparse: false);
        Console.WriteLine($"\nd = {size}                     ms   µs/token/head  GFLOP/s  of peak");
        double state = (double)size * size * Length * Heads, chunk = 32.0 * size * Length * Heads;
        Show("delta, token by token", data.Steps, 6 * state, peak);
        Show("delta, recurrence", () => data.Recurrence(false), 6 * state, peak);
        Show("gated delta, recurrence", () => data.Recurrence(true), 6 * state, peak);
        Show("delta, chunks", () => data.Forward(false, null), 6 * state + 4 * chunk, peak);
        Show("delta, chunks, and back", () => data.ForwardBackward(false), 18 * state + 13 * chunk, peak);
        Show("gated, chunks, and back", () => data.ForwardBackward(true), 18 * state + 13 * chunk, peak);
    }

    private static List<Target> AgainstTorch(double seconds)
    {
        var targets = new List<Target>();
        const int Size = 64, Chunk = 32;
        var data = new Data(Size, Size, sparse: false);
        Tensor[] inputs = [.. new[] { data.Queries, data.Keys, data.Values, data.Strengths }.Select(
            // [heads, length, .]
            x => tensor(x, Length, Heads, x.Length / (Length * Heads)).transpose(0, 1).contiguous())];
        Tensor gradient = tensor(data.OutputGradients, Length, Heads, Size).transpose(0, 1).contiguous();
        data.Recurrence(false);
        using (no_grad())
        {
            using Tensor ours = tensor(data.Outputs, Length, Heads, Size).transpose(0, 1);
            using Tensor chunks = FastWeightTorch.Chunks(inputs[0], inputs[1], inputs[2], inputs[3], Chunk);
            using Tensor loop = FastWeightTorch.Loop(inputs[0], inputs[1], inputs[2], inputs[3]);
            double Error(Tensor x) => ((x - ours).norm() / ours.norm()).item<float>();
            Console.WriteLine(
                $"\nTorch against ours, relative RMS difference: chunks {Error(chunks):g2}, loop {Error(loop):g2}");
            Compare("delta forward, Torch chunks", 5, () => data.Recurrence(false), () =>
                FastWeightTorch.Chunks(inputs[0], inputs[1], inputs[2], inputs[3], Chunk).Dispose());
            Compare("delta forward, Torch token loop", 40, () => data.Recurrence(false), () =>
                FastWeightTorch.Loop(inputs[0], inputs[1], inputs[2], inputs[3]).Dispose());
        }
        foreach (Tensor input in inputs) input.requires_grad_();
        Compare("delta forward and back, Torch autograd", 5, () => data.ForwardBackward(false), () =>
        {
            using var scope = NewDisposeScope();
            autograd.grad([FastWeightTorch.Chunks(inputs[0], inputs[1], inputs[2], inputs[3], Chunk)], inputs,
                [gradient]);
        });
        return targets;

        void Compare(string name, double goal, Action ours, Action torch)
        {
            Timing timing = Interleaved.Time(ours, torch, seconds);
            Console.WriteLine(
                $"{name,-42} ours {timing.A * 1e3,7:0.00} ms  Torch {timing.B * 1e3,7:0.00} ms  ratio "
                + $"{timing.Ratio,6:0.0}, of the fastest {timing.FastestRatio,6:0.0}");
            targets.Add(new(name, timing.Ratio, goal));
        }
    }

    private static IEnumerable<Target> Threads()
    {
        if (Environment.ProcessorCount < 2) yield break;
        var data = new Data(64, 64, sparse: false);
        Timing timing = Interleaved.Time(() => data.Recurrence(false, threads: 2), () => data.Recurrence(false), 1);
        Console.WriteLine(
            $"\ntwo threads against one, recurrence: {timing.Ratio:0.00}, of the fastest {timing.FastestRatio:0.00}");
        yield return new("delta recurrence, two threads against one", timing.Ratio, 1.8);
        timing = Interleaved.Time(() => data.ForwardBackward(false, threads: 2), () => data.ForwardBackward(false), 1);
        Console.WriteLine(
            $"two threads against one, chunks forward and back: {timing.Ratio:0.00}, of the fastest "
            + $"{timing.FastestRatio:0.00}");
        yield return new("delta chunks forward and back, two threads against one", timing.Ratio, 1.8);
    }

    private static Target SkippedZeros()
    {
        var data = new Data(2 * 64 * Nu, 64, sparse: true);
        Timing timing = Interleaved.Time(() => data.Recurrence(false, skipZeros: true), () => data.Recurrence(false),
            1);
        Console.WriteLine(
            $"DPFP-{Nu} at d = 64, zeros skipped against dense: {timing.Ratio:0.00}, of the fastest "
            + $"{timing.FastestRatio:0.00}");
        return new($"DPFP-{Nu}, zeros skipped against dense", timing.Ratio, 2);
    }

    private static void Show(string name, Action run, double flops, double peak)
    {
        Timing timing = Interleaved.Time(run, run, 0.5);
        double seconds = Math.Min(timing.FastestA, timing.FastestB);
        Console.WriteLine(
            $"{name,-26} {seconds * 1e3,7:0.00} {seconds * 1e6 / (Length * Heads),12:0.000} "
            + $"{flops / seconds / 1e9,10:0.0} {flops / seconds / peak,8:0.00}");
    }

    private sealed class Data
    {
        private readonly SequenceShape _shape;
        private readonly float[] _q, _k, _v, _beta, _gates, _state, _output, _dOutput, _dq, _dk, _dv, _db, _dg, _ds;
        private readonly ChunkTape<float> _tape = new();

        public Data(int keys, int values, bool sparse)
        {
            _shape = new(1, Length, Heads, keys, values);
            int tokens = Length * Heads;
            var random = RandomStream.Of(1, "keys, values and gates");
            (_q, _k) = (Features(), Features());
            (_v, _dOutput) = (Numbers(tokens * values), Numbers(tokens * values));
            _beta = [.. Numbers(tokens).Select(MathF.Abs)];
            _gates = [.. Numbers(tokens).Select(x => -0.1f * MathF.Abs(x))];
            (_state, _ds) = (new float[Heads * keys * values], new float[Heads * keys * values]);
            (_output, _dv) = (new float[tokens * values], new float[tokens * values]);
            (_dq, _dk) = (new float[tokens * keys], new float[tokens * keys]);
            (_db, _dg) = (new float[tokens], new float[tokens]);

            float[] Numbers(int count)
            {
                float[] numbers = new float[count];
                for (int i = 0; i < count; i++) numbers[i] = random.NextSingle() * 2 - 1;
                return numbers;
            }

            float[] Features()
            {
                FeatureMap map = sparse ? new Dpfp(Nu) : FeatureMap.Identity;
                int size = sparse ? keys / (2 * Nu) : keys;
                float[] x = Numbers(tokens * size), features = new float[tokens * keys];
                for (int t = 0; t < tokens; t++)
                {
                    map.Apply<float>(x.AsSpan(t * size, size), features.AsSpan(t * keys, keys));
                    FeatureNormalization.Apply(Normalization.L2, features.AsSpan(t * keys, keys));
                }
                return features;
            }
        }

        public float[] Queries => _q;

        public float[] Keys => _k;

        public float[] Values => _v;

        public float[] Strengths => _beta;

        public float[] Outputs => _output;

        public float[] OutputGradients => _dOutput;

        public void Recurrence(bool gated, bool skipZeros = false, int threads = 1)
        {
            Array.Clear(_state);
            Loci.Memory.FastWeights.Recurrence.Run(_shape, Inputs(gated), _state, [], _output, skipZeros, threads);
        }

        public void Steps()
        {
            Array.Clear(_state);
            int keys = Heads * _shape.KeySize, values = Heads * _shape.ValueSize;
            for (int t = 0; t < Length; t++)
            {
                var token = new SequenceInputs<float>
                {
                    Queries = _q.AsSpan(t * keys, keys), Keys = _k.AsSpan(t * keys, keys),
                    Values = _v.AsSpan(t * values, values),
                    Strengths = _beta.AsSpan(t * Heads, Heads), Correct = true,
                };
                Loci.Memory.FastWeights.Recurrence.Run(_shape with { Length = 1 }, token, _state, [],
                    _output.AsSpan(t * values, values));
            }
        }

        public void Forward(bool gated, ChunkTape<float>? tape, int threads = 1) => Chunkwise.Forward(
            _shape, Inputs(gated), new ChunkState<float>(Heads, _shape.KeySize, _shape.ValueSize), _output, tape,
            threads);

        public void ForwardBackward(bool gated, int threads = 1)
        {
            Forward(gated, _tape, threads);
            Array.Clear(_ds);
            Chunkwise.Backward(
                _shape, Inputs(gated), _tape, _dOutput,
                new()
                {
                    Queries = _dq, Keys = _dk, Values = _dv, Strengths = _db, LogGates = gated ? _dg : default,
                    States = _ds,
                },
                threads);
        }

        private SequenceInputs<float> Inputs(bool gated) => new()
        {
            Queries = _q, Keys = _k, Values = _v, Strengths = _beta, LogGates = gated ? _gates : default,
            Correct = true,
        };
    }
}
