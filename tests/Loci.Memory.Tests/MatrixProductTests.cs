using CsCheck;
using Loci.Memory.Numerics;
using Loci.Memory.Numerics.Kernels;

namespace Loci.Memory.Tests;

/// <summary>
/// Every kernel this machine can run, against one scalar chain of fused multiply-adds: equal to the bit.
/// </summary>
public class MatrixProductTests
{
    public static TheoryData<string> Kernels => [.. Kernel.Supported().Select(kernel => kernel.Name)];

    [Fact]
    public void Identity_gives_the_input_back()
    {
        var w = PackedMatrix.Pack([1, 0, 0, 1], 2, 2, outputsFirst: true);
        float[] y = new float[4];
        MatrixProduct.Multiply([1, 2, 3, 4], 2, w, [10, 20], y);
        Assert.Equal([11, 22, 13, 24], y);
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Any_geometry_gives_the_bits_of_the_scalar_chain(string kernel)
    {
        // The odd geometries matter more than the large ones: every remainder of a tile, a strip and a panel.
        Gen.Select(Gen.Int[0, 20], Gen.Int[0, 70], Gen.Int[0, 150], Gen.Int[0, 1_000_000], Gen.Bool, Gen.Bool)
            .Sample((rows, inputs, outputs, seed, bias, outputsFirst) =>
                Check(kernel, rows, inputs, outputs, seed, bias, outputsFirst, threads: 1), seed: "0000KOlbLmC1",
                iter: 400);
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Blocks_of_rows_and_inputs_and_threads_do_not_show(string kernel)
    {
        (int, int, int)[] geometries =
            [(7, 1025, 33), (13, 2300, 40), (245, 1100, 17), (487, 64, 30), (6, 2000, 300), (1, 3000, 700),
                (2, 500, 77), (250, 300, 100)];
        foreach (var (rows, inputs, outputs) in geometries)
            foreach (int threads in new[] { 1, 2, 3, 16 })
                Check(kernel, rows, inputs, outputs, seed: rows, bias: true, outputsFirst: true, threads);
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Sixteen_bit_weights_give_the_bits_of_their_widening(string kernel)
    {
        Gen.Select(Gen.Int[0, 20], Gen.Frequency((9, Gen.Int[0, 100]), (1, Gen.Int[1000, 1300])), Gen.Int[1, 80],
            Gen.Int[0, 1_000_000], Gen.Bool, Gen.Bool, Gen.Bool)
            .Sample((rows, inputs, outputs, seed, bias, outputsFirst, brain) =>
            {
                var random = new Random(seed);
                var format = brain ? WeightFormat.BFloat16 : WeightFormat.Float16;
                // Finite, subnormal numbers among them.
                ushort[] narrow = Enumerable.Range(0, inputs * outputs)
                    .Select(_ => (ushort)(brain ? random.Next(0x4400) : random.Next(0x4800) | random.Next(2) << 15))
                    .ToArray();
                float[] wide = Array.ConvertAll(narrow, bits => Widen(bits, format));
                float[] x = Numbers(random, rows * inputs), b = bias ? Numbers(random, outputs) : [];
                // Few rows of float16 have their inputs scaled: very large and very small ones are the hard cases.
                for (int i = 0; i < x.Length; i += random.Next(1, 400))
                    x[i] *= random.Next(4) switch { 0 => 65535, 1 => 1e30f, 2 => 1e-30f, _ => 1e-42f };
                float[] fromNarrow = new float[rows * outputs], fromWide = new float[rows * outputs];
                var k = Kernel.Choose(kernel);
                MatrixProduct.Multiply(
                    k, x, rows, PackedMatrix.Pack(narrow, format, inputs, outputs, outputsFirst), b, fromNarrow, 1);
                MatrixProduct.Multiply(
                    k, x, rows, PackedMatrix.Pack(wide, inputs, outputs, outputsFirst), b, fromWide, 1);
                AssertSameBits(fromWide, fromNarrow);
            }, seed: "0000KOlbLmC1", iter: 200);
    }

    [Theory, MemberData(nameof(Kernels))]
    public void One_sixteen_bit_infinity_among_finite_weights_counts(string kernel)
    {
        foreach (int rows in new[] { 1, 2, 4, 20 })
        {
            ushort[] w = new ushort[40 * 100];
            w[40 * 99 + 39] = 0xfc00;
            float[] x = Numbers(new Random(5), rows * 40), y = new float[rows * 100];
            Array.ConvertAll(x, Math.Abs).CopyTo(x, 0);
            MatrixProduct.Multiply(
                Kernel.Choose(kernel), x, rows, PackedMatrix.Pack(w, WeightFormat.Float16, 40, 100, true), [], y, 1);
            for (int i = 0; i < y.Length; i++) Assert.Equal(i % 100 == 99 ? float.NegativeInfinity : 0, y[i]);
        }
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Every_sixteen_bit_number_widens_exactly(string kernel)
    {
        ushort[] all = Enumerable.Range(0, 65536).Select(i => (ushort)i).ToArray();
        foreach (var format in new[] { WeightFormat.Float16, WeightFormat.BFloat16 })
        {
            float[] wide = new float[all.Length];
            unsafe
            {
                fixed (ushort* from = all)
                fixed (float* to = wide)
                    Kernel.Choose(kernel).Widen((byte*)from, format, to, all.Length / Panels.Width);
            }
            for (int i = 0; i < all.Length; i++)
            {
                float expected = Widen(all[i / Panels.Width * Panels.Width + Panels.Place(i % Panels.Width, format)],
                    format);
                if (float.IsNaN(expected)) Assert.True(float.IsNaN(wide[i]));
                else Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(wide[i]));
            }
        }
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Is_as_near_to_float64_as_a_float32_chain_can_be(string kernel)
    {
        // A chain of n roundings errs by at most n·u·Σ|x·w| to first order, u = 2⁻²⁴ (Higham, eq. 3.5); 1.01 for the
        // rest.
        const int rows = 9, inputs = 1500, outputs = 35;
        var random = new Random(3);
        float[] x = Numbers(random, rows * inputs), w = Numbers(random, inputs * outputs),
            y = new float[rows * outputs];
        MatrixProduct.Multiply(Kernel.Choose(kernel), x, rows, PackedMatrix.Pack(w, inputs, outputs, true), [], y, 1);
        for (int r = 0; r < rows; r++)
        {
            for (int o = 0; o < outputs; o++)
            {
                double sum = 0, size = 0;
                for (int i = 0; i < inputs; i++)
                {
                    double product = (double)x[r * inputs + i] * w[o * inputs + i];
                    sum += product;
                    size += Math.Abs(product);
                }
                Assert.InRange(Math.Abs(y[r * outputs + o] - sum), 0, 1.01 * inputs * Math.Pow(2, -24) * size);
            }
        }
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Infinities_and_nans_pass_through_as_in_the_chain(string kernel)
    {
        float[] x = [1, float.PositiveInfinity, 2, 0, float.NaN, 1];
        float[] w = [1, 1, 1, 1, -1, float.Epsilon];
        float[] y = new float[6];
        MatrixProduct.Multiply(Kernel.Choose(kernel), x, 2, PackedMatrix.Pack(w, 3, 2, true), [], y, 1);
        Assert.Equal([float.PositiveInfinity, float.NegativeInfinity, float.NaN, float.NaN], y[..4]);
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Neither_alignment_nor_surroundings_matter(string kernel)
    {
        var random = new Random(11);
        for (int shift = 0; shift < 5; shift++)
        {
            foreach (int rows in new[] { 1, 2, 5, 30 })
            {
                float[] x = Numbers(random, rows * 50 + shift + 3), w = Numbers(random, 50 * 37),
                    y = new float[rows * 37 + 2 * shift];
                Array.Fill(y, float.NaN);
                MatrixProduct.Multiply(
                    Kernel.Choose(kernel), x.AsSpan(shift), rows, PackedMatrix.Pack(w, 50, 37, true), [],
                    y.AsSpan(shift), 1);
                AssertSameBits(Chain(x.AsSpan(shift), rows, w, 50, 37, [], true), y.AsSpan(shift, rows * 37));
                Assert.All(y[..shift], number => Assert.True(float.IsNaN(number)));
                Assert.All(y[(rows * 37 + shift)..], number => Assert.True(float.IsNaN(number)));
            }
        }
    }

    [Fact]
    public void Allocates_nothing_once_warm()
    {
        float[] x = new float[300 * 300], y = new float[300 * 300];
        var w = PackedMatrix.Pack(new float[300 * 300], 300, 300, true);
        long Allocated(int threads)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                MatrixProduct.Multiply(x, 1, w, [], y, threads);
                MatrixProduct.Multiply(x, 300, w, [], y, threads);
            }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Allocated(1);
        Assert.Equal(0, Allocated(1));
        Allocated(2);
        Assert.InRange(Allocated(2), 0, 5000); // now and then the thread pool's queue grows
    }

    [Fact]
    public void Many_callers_at_once_do_not_disturb_each_other()
    {
        Parallel.For(0, 64, i =>
        {
            var random = new Random(i);
            int rows = random.Next(1, 100), inputs = 300, outputs = random.Next(100, 300);
            float[] x = Numbers(random, rows * inputs), w = Numbers(random, inputs * outputs);
            float[] once = new float[rows * outputs], again = new float[rows * outputs];
            var packed = PackedMatrix.Pack(w, inputs, outputs, outputsFirst: true);
            MatrixProduct.Multiply(x, rows, packed, [], once);
            for (int repeat = 0; repeat < 20; repeat++)
            {
                Array.Fill(again, float.NaN);
                MatrixProduct.Multiply(x, rows, packed, [], again, threads: 4);
                AssertSameBits(once, again);
            }
        });
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        var w = PackedMatrix.Pack(new float[6], 3, 2, true);
        float[] buffer = new float[20];
        Assert.Throws<ArgumentException>("x", () => MatrixProduct.Multiply(new float[5], 2, w, [], new float[4]));
        Assert.Throws<ArgumentException>("y", () => MatrixProduct.Multiply(new float[6], 2, w, [], new float[3]));
        Assert.Throws<ArgumentException>("bias",
            () => MatrixProduct.Multiply(new float[6], 2, w, new float[3], new float[4]));
        Assert.Throws<ArgumentException>("y",
            () => MatrixProduct.Multiply(buffer.AsSpan(0, 6), 2, w, [], buffer.AsSpan(4, 4)));
        Assert.Throws<ArgumentException>("x",
            () => MatrixProduct.Multiply(new float[5], int.MaxValue, w, [], new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>("rows", () => MatrixProduct.Multiply([], -1, w, [], []));
        Assert.Throws<ArgumentOutOfRangeException>("threads", () => MatrixProduct.Multiply([], 0, w, [], [], 0));
        Assert.Throws<ArgumentNullException>("w", () => MatrixProduct.Multiply([], 0, null!, [], []));
    }

    [Fact]
    public void A_kernel_is_chosen_by_name()
    {
        Assert.Equal("portable", Kernel.Choose("Portable").Name);
        Assert.Equal(Kernel.Supported()[0].Name, Kernel.Choose(null).Name);
        Assert.Contains("'sse9'", Assert.Throws<ArgumentException>(() => Kernel.Choose("sse9")).Message);
        foreach (string name in new[] { "avx512", "avx2",
            "vector128" }.Except(Kernel.Supported().Select(kernel => kernel.Name)))
            Assert.Throws<ArgumentException>(() => Kernel.Choose(name));
    }

    private static void Check(
        string kernel, int rows, int inputs, int outputs, int seed, bool bias, bool outputsFirst, int threads)
    {
        var random = new Random(seed);
        float[] x = Numbers(random, rows * inputs), w = Numbers(random, inputs * outputs);
        float[] b = bias ? Numbers(random, outputs) : [], y = new float[rows * outputs];
        Array.Fill(y, float.NaN);
        var packed = PackedMatrix.Pack(w, inputs, outputs, outputsFirst);
        MatrixProduct.Multiply(Kernel.Choose(kernel), x, rows, packed, b, y, threads);
        AssertSameBits(Chain(x, rows, w, inputs, outputs, b, outputsFirst), y);
    }

    private static float[] Chain(
        ReadOnlySpan<float> x, int rows, float[] w, int inputs, int outputs, float[] bias, bool outputsFirst)
    {
        float[] y = new float[rows * outputs];
        NaiveProduct.Multiply(x, rows, w, inputs, outputs, outputsFirst, bias, y);
        return y;
    }

    private static void AssertSameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i]))
                Assert.Fail($"Number {i} is {actual[i]:R}, the chain gives {expected[i]:R}.");
    }

    private static float Widen(ushort bits, WeightFormat format) => format == WeightFormat.BFloat16
        ? BitConverter.Int32BitsToSingle(bits << 16)
        : (float)BitConverter.UInt16BitsToHalf(bits);

    private static float[] Numbers(Random random, int count)
    {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) numbers[i] = random.NextSingle() * 2 - 1;
        return numbers;
    }
}
