using CsCheck;
using Loci.Memory.FastWeights;
using Loci.Memory.FastWeights.Kernels;
using static Loci.Memory.Tests.FastWeights.PlainRecurrence;

namespace Loci.Memory.Tests.FastWeights;

public class RecurrenceTests
{
    private static readonly Gen<(int Seed, int Length, int Keys, int Values, string Kind, string Gates,
        bool Correct)> s_heads =
        Gen.Select(
            Gen.Int[0, 1 << 20], Gen.OneOf(Gen.Int[0, 5], Gen.Int[6, 90]), Gen.Int[1, 40], Gen.Int[1, 75],
            Gen.OneOf("unit", "correlated", "same", "sparse"), Gen.OneOf("none", "soft", "hard"), Gen.Bool);

    [Fact]
    public void Float64_is_the_plain_recurrence() => s_heads.Sample(
        x =>
        {
            var plain = Random(x.Seed, x.Length, x.Keys, x.Values, x.Correct, x.Kind, x.Gates).Run();
            (double[] output, double[] state) = Run<double>(plain, x, HeadKernels<double>.Current, sparse: false);
            Assert.True(RelativeError<double>(output, plain.Output) < 1e-12);
            Assert.True(RelativeError<double>(state, plain.S) < 1e-12);
        }, seed: "0000KDl1_2z4", iter: 150);

    [Fact]
    public void Every_width_gives_the_same_bits_and_so_does_skipping_zeros() => s_heads.Sample(
        x =>
        {
            var plain = Random(x.Seed, x.Length, x.Keys, x.Values, x.Correct, x.Kind, x.Gates);
            (float[] Output, float[] State) first = Run<float>(plain, x, HeadKernels<float>.Current, sparse: false);
            foreach (HeadKernels<float> kernels in HeadKernels<float>.All())
            {
                var other = Run<float>(plain, x, kernels, sparse: false);
                Assert.Equal(first.Output, other.Output);
                Assert.Equal(first.State, other.State);
                if (x.Gates != "none") continue;
                other = Run<float>(plain, x, kernels, sparse: true);
                Assert.Equal(first.Output, other.Output);
                Assert.Equal(first.State, other.State);
            }
        }, seed: "0000KDl1_2z4", iter: 60);

    [Theory]
    [InlineData("unit", "none", 1.0)]
    [InlineData("unit", "soft", 1.0)]
    [InlineData("unit", "hard", 1.0)]
    [InlineData("unit", "none", 2.0)]
    [InlineData("correlated", "none", 1.0)]
    [InlineData("same", "none", 2.0)]
    public void Float32_stays_within_1e5_over_a_long_sequence(string kind, string gates, double strongest)
    {
        var plain = Random(7, 1024, 64, 64, true, kind, gates, strongest).Run();
        var (output, state) = Run<float>(
            plain, (7, 1024, 64, 64, kind, gates, true), HeadKernels<float>.Current, sparse: false);
        Assert.True(RelativeError<float>(output, plain.Output) < 1e-5);
        Assert.True(RelativeError<float>(state, plain.S) < 1e-5);
    }

    [Theory]
    [InlineData(5, 6), InlineData(7, 6), InlineData(6, 5), InlineData(6, 7)]
    public void Places_of_another_length_are_refused(int state, int output)
    {
        var shape = new SequenceShape(1, 2, 1, 2, 3);
        var inputs = new SequenceInputs<float> { Keys = new float[4], Values = new float[6], Queries = new float[4] };
        Recurrence.Run(shape, inputs, new float[6], [], new float[6]);
        Assert.Throws<ArgumentException>(() => Recurrence.Run(
            shape, new() { Keys = new float[4], Values = new float[6], Queries = new float[4] },
            new float[state], [], new float[output]));
    }

    [Fact]
    public void Attention_normalised_sum_is_the_plain_one()
    {
        foreach (int length in new[] { 0, 1, 33 })
        {
            var plain = Random(3, length, 12, 9, false, "positive");
            plain.Normalized = true;
            plain.Run();
            double[] state = [.. plain.S0], z = [.. plain.Z0], output = new double[length * 9];
            Recurrence.Run<double>(
                new(1, length, 1, 12, 9),
                new() { Queries = plain.Q, Keys = plain.K, Values = plain.V, Strengths = plain.Beta },
                state, z, output);
            Assert.True(RelativeError<double>(output, plain.Output) < 1e-12);
            Assert.True(RelativeError<double>(z, plain.Z) < 1e-12);
        }
    }

    [Fact]
    public void Threads_heads_and_cuts_do_not_show_in_the_bits()
    {
        var shape = new SequenceShape(2, 70, 3, 16, 20);
        var random = new Random(5);
        float[] q = Numbers(shape.KeyCount), k = Numbers(shape.KeyCount), v = Numbers(shape.ValueCount),
            b = Numbers(shape.ScalarCount);
        float[] Numbers(int n) => To<float>([.. Normal(random, n).Select(x => 0.2 * x)]);

        float[] state = new float[shape.StateCount], output = new float[shape.ValueCount];
        var inputs = new SequenceInputs<float> { Queries = q, Keys = k, Values = v, Strengths = b, Correct = true };
        Recurrence.Run(shape, inputs, state, [], output);
        foreach (int threads in new[] { 2, 5 })
        {
            float[] otherState = new float[state.Length], otherOutput = new float[output.Length];
            Recurrence.Run(shape, inputs, otherState, [], otherOutput, threads: threads);
            Assert.Equal(state, otherState);
            Assert.Equal(output, otherOutput);
        }
        // Cut after 23 tokens: one sequence at a time, whose tokens lie side by side.
        for (int batch = 0; batch < 2; batch++)
        {
            float[] resumed = new float[3 * 16 * 20], pieces = new float[70 * 3 * 20];
            foreach ((int from, int to) in new[] { (0, 23), (23, 24), (24, 70) })
            {
                int token = (batch * 70 + from) * 3, count = (to - from) * 3;
                var part = new SequenceInputs<float>
                {
                    Queries = q.AsSpan(token * 16, count * 16), Keys = k.AsSpan(token * 16, count * 16),
                    Values = v.AsSpan(token * 20, count * 20), Strengths = b.AsSpan(token, count), Correct = true,
                };
                Recurrence.Run(new(1, to - from, 3, 16, 20), part, resumed, [], pieces.AsSpan(from * 60, count * 20));
            }
            Assert.Equal(state.AsSpan(batch * 960, 960).ToArray(), resumed);
            Assert.Equal(output.AsSpan(batch * 4200, 4200).ToArray(), pieces);
        }
    }

    private static (T[] Output, T[] State) Run<T>(
        PlainRecurrence plain, (int Seed, int Length, int Keys, int Values, string Kind, string Gates, bool Correct) x,
        HeadKernels<T> kernels, bool sparse)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        T[] state = To<T>(plain.S0), output = new T[plain.Output.Length];
        var inputs = new SequenceInputs<T>
        {
            Queries = To<T>(plain.Q), Keys = To<T>(plain.K), Values = To<T>(plain.V), Strengths = To<T>(plain.Beta),
            LogGates = x.Gates == "none" ? [] : To<T>(plain.G), Correct = x.Correct,
        };
        Recurrence.Run(kernels, new(1, x.Length, 1, x.Keys, x.Values), inputs, state, [], output, sparse, 1);
        return (output, state);
    }
}
