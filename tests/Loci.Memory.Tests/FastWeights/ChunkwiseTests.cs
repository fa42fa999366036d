using CsCheck;
using Loci.Memory.FastWeights;
using Loci.Memory.FastWeights.Kernels;
using static Loci.Memory.Tests.FastWeights.PlainRecurrence;

namespace Loci.Memory.Tests.FastWeights;

public class ChunkwiseTests
{
    [Fact]
    public void Float64_is_the_plain_recurrence_for_any_chunk_and_position() => Gen.Select(
        Gen.Int[0, 1 << 20], Gen.OneOf(Gen.Int[0, 3], Gen.Int[4, 100]), Gen.Int[1, 40], Gen.Int[1, 40],
        Gen.OneOf(1, 5, 16, 32, 64), Gen.Int[0, 100], Gen.Bool, Gen.OneOf("none", "soft", "hard")).Sample(
        (seed, length, keys, values, chunk, position, correct, gates) =>
        {
            foreach (string kind in new[] { "unit", "correlated" })
            {
                var plain = Random(seed, length, keys, values, correct, kind, gates).Run();
                var state = new ChunkState<double>(1, keys, values, chunk, position: position);
                state.Set(plain.S0);
                double[] output = new double[length * values], s = new double[keys * values];
                Chunkwise.Forward(new(1, length, 1, keys, values), Inputs<double>(plain, gates), state, output);
                state.CopyTo(s);
                Assert.True(RelativeError<double>(output, plain.Output) < 1e-12);
                Assert.True(RelativeError<double>(s, plain.S) < 1e-12);
                Assert.Equal(position + length, state.Position);
            }
        }, seed: "0000KDl1_2z4", iter: 150);

    [Fact]
    public void A_sequence_cut_anywhere_has_the_bits_of_one_run_through_on_every_width() => Gen.Select(
        Gen.Int[0, 1 << 20], Gen.Int[2, 100], Gen.Int[1, 40], Gen.Int[1, 40], Gen.OneOf(1, 16, 32),
        Gen.Int[1, 99], Gen.Bool, Gen.OneOf("none", "soft")).Sample(
        (seed, length, keys, values, chunk, cut, correct, gates) =>
        {
            cut = Math.Min(cut, length - 1);
            var plain = Random(seed, length, keys, values, correct, "correlated", gates);
            float[]? whole = null, final = null;
            foreach (HeadKernels<float> kernels in HeadKernels<float>.All())
            {
                foreach (int at in new[] { 0, cut })
                {
                    var state = new ChunkState<float>(1, keys, values, chunk, position: 7);
                    state.Set(To<float>(plain.S0));
                    float[] output = new float[length * values], s = new float[keys * values];
                    Part(0, at);
                    float[] saved = new float[state.ExportSize];
                    state.Export(saved);
                    (long position, int pending) = (state.Position, state.Pending);
                    var cloned = state.Clone();
                    if (seed % 2 == 0)
                    {
                        state.Import(new float[saved.Length], position, pending); // the copy must not notice
                        state = cloned;
                    }
                    else
                    {
                        state = new ChunkState<float>(1, keys, values, chunk);
                        state.Import(saved, position, pending);
                    }
                    Part(at, length);
                    state.CopyTo(s);
                    Assert.Equal(whole ??= output, output);
                    Assert.Equal(final ??= s, s);

                    void Part(int from, int to) => Chunkwise.Forward(
                        kernels, new(1, to - from, 1, keys, values), Inputs<float>(plain, gates, from, to), state,
                        output.AsSpan(from * values, (to - from) * values), null, 1);
                }
            }
        }, seed: "0000KDl1_2z4", iter: 60);

    [Fact]
    public void Float64_gradients_are_central_differences_of_the_plain_recurrence() => Gen.Select(
        Gen.Int[0, 1 << 20], Gen.Int[1, 11], Gen.Int[1, 6], Gen.Int[1, 5], Gen.OneOf(1, 4, 16), Gen.Bool,
        Gen.OneOf("none", "soft"), Gen.Bool).Sample(
        (seed, length, keys, values, chunk, correct, gates, normalized) =>
        {
            normalized &= !correct;
            var plain = Random(seed, length, keys, values, correct, normalized ? "positive" : "unit", gates);
            plain.Normalized = normalized;
            var random = new Random(seed + 1);
            double[] dOutput = Normal(random, length * values), dState = Normal(random, keys * values);
            double[] dZ = Normal(random, keys);

            double Loss()
            {
                plain.Run();
                double loss = 0;
                for (int i = 0; i < dOutput.Length; i++) loss += dOutput[i] * plain.Output[i];
                for (int i = 0; i < dState.Length; i++) loss += dState[i] * plain.S[i];
                for (int i = 0; normalized && i < keys; i++) loss += dZ[i] * plain.Z[i];
                return loss;
            }

            var found = Gradients<double>(plain, gates, chunk, dOutput, dState, dZ, HeadKernels<double>.Current, 3);
            Check(plain.Q, found.Q);
            Check(plain.K, found.K);
            Check(plain.V, found.V);
            Check(plain.Beta, found.Beta);
            if (gates != "none") Check(plain.G, found.G);
            Check(plain.S0, found.S);
            if (normalized) Check(plain.Z0, found.Z);

            void Check(double[] input, double[] gradient)
            {
                double[] differences = new double[input.Length];
                for (int i = 0; i < input.Length; i++)
                {
                    const double Step = 1e-5; // truncation and rounding are both near 1e-10
                    double at = input[i];
                    input[i] = at + Step;
                    double above = Loss();
                    input[i] = at - Step;
                    differences[i] = (above - Loss()) / (2 * Step);
                    input[i] = at;
                }
                for (int i = 0; i < input.Length; i++)
                    Assert.Equal(differences[i], gradient[i], 1e-6 * (1 + Math.Abs(differences[i])));
            }
        }, seed: "0000KDl1_2z4", iter: 60);

    [Theory]
    [InlineData("unit", "none", 1.0)]
    [InlineData("unit", "soft", 1.0)]
    [InlineData("unit", "hard", 1.0)]
    [InlineData("correlated", "none", 1.0)]
    [InlineData("correlated", "soft", 2.0)]
    [InlineData("same", "none", 1.0)]
    public void Float32_stays_within_1e5_of_float64_forward_and_backward(string kind, string gates, double strongest)
    {
        const int Length = 500, Size = 64;
        foreach (bool correct in new[] { true, false })
        {
            var plain = Random(11, Length, Size, Size, correct, kind, gates, strongest).Run();
            var random = new Random(12);
            double[] dOutput = Normal(random, Length * Size), dState = Normal(random, Size * Size), none = [];
            var exact = Gradients<double>(plain, gates, 16, dOutput, dState, none, HeadKernels<double>.Current);
            Assert.True(RelativeError<double>(exact.Output, plain.Output) < 1e-12);
            foreach (int chunk in new[] { 32, 64 })
            {
                var found = Gradients<float>(plain, gates, chunk, dOutput, dState, none, HeadKernels<float>.Current);
                Assert.True(RelativeError<float>(found.Output, plain.Output) < 1e-5);
                Assert.True(RelativeError<float>(found.Q, exact.Q) < 1e-5);
                Assert.True(RelativeError<float>(found.K, exact.K) < 1e-5);
                Assert.True(RelativeError<float>(found.V, exact.V) < 1e-5);
                Assert.True(RelativeError<float>(found.Beta, exact.Beta) < 1e-5);
                Assert.True(RelativeError<float>(found.S, exact.S) < 1e-5);
                if (gates != "none") Assert.True(RelativeError<float>(found.G, exact.G) < 1e-4);
            }
        }
    }

    [Fact]
    public void Gradients_have_the_same_bits_on_every_width_and_for_any_number_of_threads()
    {
        var shape = new SequenceShape(2, 45, 3, 12, 20);
        var random = new Random(5);
        float[] q = Numbers(shape.KeyCount), k = Numbers(shape.KeyCount), v = Numbers(shape.ValueCount);
        float[] b = Numbers(shape.ScalarCount), g = [.. Numbers(shape.ScalarCount).Select(x => -Math.Abs(x))];
        float[] dOutput = Numbers(shape.ValueCount), dState = Numbers(shape.StateCount);
        float[] Numbers(int n) => To<float>([.. Normal(random, n).Select(x => 0.2 * x)]);
        float[]? expected = null;
        foreach (HeadKernels<float> kernels in HeadKernels<float>.All())
        {
            foreach (int threads in new[] { 1, 2, 4 })
            {
                var inputs = new SequenceInputs<float>
                {
                    Queries = q, Keys = k, Values = v, Strengths = b, LogGates = g, Correct = true,
                };
                var tape = new ChunkTape<float>();
                float[] output = new float[shape.ValueCount], dq = new float[q.Length], dk = new float[k.Length];
                float[] dv = new float[v.Length], db = new float[b.Length], dg = new float[g.Length], ds = [.. dState];
                Chunkwise.Forward(kernels, shape, inputs, new(6, 12, 20, 16), output, tape, threads);
                Chunkwise.Backward(
                    kernels, shape, inputs, tape, dOutput,
                    new() { Queries = dq, Keys = dk, Values = dv, Strengths = db, LogGates = dg, States = ds },
                    threads);
                float[] all = [.. output, .. dq, .. dk, .. dv, .. db, .. dg, .. ds];
                Assert.All(all, x => Assert.True(float.IsFinite(x)));
                Assert.Equal(expected ??= all, all);
            }
        }
    }

    [Fact]
    public void Nothing_is_the_gradient_of_nothing()
    {
        var shape = new SequenceShape(1, 0, 1, 3, 2);
        var tape = new ChunkTape<float>();
        float[] ds = [1, 2, 3, 4, 5, 6];
        Chunkwise.Forward(shape, new SequenceInputs<float> { Correct = true }, new(1, 3, 2), [], tape);
        Chunkwise.Backward(shape, new SequenceInputs<float> { Correct = true }, tape, [], new() { States = ds });
        Assert.Equal([1, 2, 3, 4, 5, 6], ds);
    }

    [Fact]
    public void Places_and_states_of_another_length_are_refused()
    {
        var shape = new SequenceShape(1, 2, 1, 2, 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChunkState<float>(1, 2, 3, chunk: 0));
        var state = new ChunkState<float>(1, 2, 3);
        Assert.Throws<ArgumentException>(() => state.Export(new float[state.ExportSize + 1]));
        Assert.Throws<ArgumentException>(() => state.Import(new float[state.ExportSize + 1], 0, 0));
        Assert.Throws<ArgumentException>(() => state.CopyTo(new float[6], new float[2]));
        Assert.Throws<ArgumentException>(() => state.CopyTo(new float[7]));
        var tape = new ChunkTape<float>();
        Assert.Throws<ArgumentException>(() => Chunkwise.Forward(shape, Zeros(), state, new float[7], tape));
        Chunkwise.Forward(shape, Zeros(), state, new float[6], tape);
        Assert.Throws<ArgumentException>(() => Chunkwise.Backward(
            shape, Zeros(), tape, new float[7],
            new() { Queries = new float[4], Keys = new float[4], Values = new float[6], States = new float[6] }));

        static SequenceInputs<float> Zeros() =>
            new() { Queries = new float[4], Keys = new float[4], Values = new float[6] };
    }

    internal static SequenceInputs<T> Inputs<T>(PlainRecurrence plain, string gates, int from = 0, int to = -1)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        int length = plain.Beta.Length, count = (to < 0 ? length : to) - from;
        return new()
        {
            Queries = Cut(plain.Q), Keys = Cut(plain.K), Values = Cut(plain.V), Strengths = Cut(plain.Beta),
            LogGates = gates == "none" ? [] : Cut(plain.G), Correct = plain.Correct,
        };

        T[] Cut(double[] x)
        {
            int width = length == 0 ? 0 : x.Length / length;
            return To<T>(x[(from * width)..((from + count) * width)]);
        }
    }

    internal static (T[] Output, T[] Q, T[] K, T[] V, T[] Beta, T[] G, T[] S, T[] Z) Gradients<T>(
        PlainRecurrence plain, string gates, int chunk, double[] dOutput, double[] dState, double[] dZ,
        HeadKernels<T> kernels, int position = 0)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        int length = plain.Beta.Length, keys = plain.Z0.Length, values = plain.S0.Length / keys;
        var shape = new SequenceShape(1, length, 1, keys, values);
        var inputs = Inputs<T>(plain, gates);
        var state = new ChunkState<T>(1, keys, values, chunk, plain.Normalized, position);
        state.Set(To<T>(plain.S0), plain.Normalized ? To<T>(plain.Z0) : []);
        var tape = new ChunkTape<T>();
        T[] output = new T[length * values], dq = new T[length * keys], dk = new T[length * keys],
            dv = new T[length * values];
        T[] db = new T[length], dg = new T[gates == "none" ? 0 : length], ds = To<T>(dState);
        T[] dz = plain.Normalized ? To<T>(dZ) : [];
        Chunkwise.Forward(kernels, shape, inputs, state, output, tape, 1);
        Chunkwise.Backward(
            kernels, shape, inputs, tape, To<T>(dOutput),
            new() { Queries = dq, Keys = dk, Values = dv, Strengths = db, LogGates = dg, States = ds,
                Normalizers = dz }, 1);
        return (output, dq, dk, dv, db, dg, ds, dz);
    }
}
