using CsCheck;
using Loci.Memory.Attention;
using Loci.Memory.Tests.Numerics;

namespace Loci.Memory.Tests.Attention;

public class CausalAttentionTests
{
    /// <summary>A shape, a length and the row strides of one fused [tokens, q k v] matrix.</summary>
    private sealed record Case(AttentionShape Shape, int Tokens, int Padding, uint Seed)
    {
        public int Width => Shape.Heads * Shape.HeadSize;
        public int Narrow => Shape.KeyValueHeads * Shape.HeadSize;
        public int Stride => Width + 2 * Narrow + Padding;
        public float[] Fused => Bits.Numbers(Padding + Tokens * Stride, Seed, 2);
    }

    private static readonly Gen<Case> Cases =
        from kv in Gen.Int[1, 3]
        from @group in Gen.Int[1, 5]
        from size in Gen.OneOf(Gen.Int[1, 20], Gen.OneOf(Gen.Const(24), Gen.Const(32), Gen.Const(64), Gen.Const(72)))
        from tokens in Gen.OneOf(Gen.Int[1, 40], Gen.Int[1, 200])
        from window in Gen.OneOf(Gen.Const(0), Gen.Int[1, 5], Gen.Int[1, 150])
        from cap in Gen.OneOf(Gen.Const(0f), Gen.Const(3f))
        from padding in Gen.Int[0, 9]
        from seed in Gen.UInt
        from alibi in Gen.Bool
        let slopes = alibi ? new AlibiSlopes(kv * @group, factor: 0.5f, narrow: seed % 2 == 0) : null
        select new Case(
            new(kv * @group, kv, size, 1 / MathF.Sqrt(size), cap, window, slopes), tokens, padding, seed);

    [Fact]
    public void Has_the_bits_of_the_definition() => Cases.Sample(c => Bits.Same(Definition(c), Whole(c)), iter: 150);

    [Fact]
    public void A_row_is_the_same_alone_over_a_cache_in_pieces_and_in_the_whole() =>
        Gen.Select(Cases, Gen.Int[1, 70], Gen.Int[0, 9]).Sample((c, piece, offset) =>
        {
            float[] whole = Whole(c), fused = c.Fused, apart = new float[whole.Length];
            // keys and values in caches of their own, at other alignments
            Span<float> keys = Bits.At(offset, new float[c.Tokens * c.Narrow]);
            Span<float> values = Bits.At(offset + 3, new float[c.Tokens * c.Narrow]);
            for (int first = 0; first < c.Tokens; first += piece)
            {
                int count = Math.Min(piece, c.Tokens - first);
                for (int t = first; t < first + count; t++)
                {
                    Span<float> row = fused.AsSpan(c.Padding + t * c.Stride);
                    row.Slice(c.Width, c.Narrow).CopyTo(keys[(t * c.Narrow)..]);
                    row.Slice(c.Width + c.Narrow, c.Narrow).CopyTo(values[(t * c.Narrow)..]);
                }
                int seen = (first + count) * c.Narrow;
                CausalAttention.Attend(
                    c.Shape, fused.AsSpan(c.Padding + first * c.Stride), c.Stride, count, first,
                    keys[..seen], c.Narrow, values[..seen], c.Narrow, apart.AsSpan(first * c.Width), c.Width);
            }
            Bits.Same(whole, apart);
        }, iter: 100);

    [Fact]
    public void A_token_at_a_time_gives_the_same_bits() => Cases.Where(c => c.Tokens < 60).Sample(c =>
    {
        float[] whole = Whole(c), fused = c.Fused, apart = new float[whole.Length];
        for (int t = 0; t < c.Tokens; t++) Attend(c, fused, t, 1, apart.AsSpan(t * c.Width));
        Bits.Same(whole, apart);
    }, iter: 60);

    [Fact]
    public void What_a_query_cannot_see_does_not_matter() => Cases.Where(c => c.Tokens > 2).Sample(c =>
    {
        float[] fused = c.Fused, expected = Whole(c), actual = new float[expected.Length];
        int at = c.Tokens / 2; // this key and value are poison for those who see them
        fused.AsSpan(c.Padding + at * c.Stride + c.Width, 2 * c.Narrow)
            .Fill(BitConverter.UInt32BitsToSingle(0x7FC000FF));
        Attend(c, fused, 0, c.Tokens, actual);
        int last = c.Shape.Window == 0 ? c.Tokens : Math.Min(c.Tokens, at + c.Shape.Window);
        Bits.Same(expected.AsSpan(0, at * c.Width), actual.AsSpan(0, at * c.Width));
        Bits.Same(expected.AsSpan(last * c.Width), actual.AsSpan(last * c.Width));
        Assert.All(actual[(at * c.Width)..(last * c.Width)], v => Assert.True(float.IsNaN(v)));
    }, iter: 60);

    // Scores err by about HeadSize·2⁻²⁴·Σ|q·k| and exp passes that on; with |q|, |k| ≤ 2 that stays under 2e-5 of the
    // values' size.
    [Fact]
    public void Agrees_with_float64() => Cases.Where(c => c.Tokens < 80).Sample(c =>
    {
        float[] fused = c.Fused, actual = Whole(c);
        int size = c.Shape.HeadSize;
        for (int t = 0; t < c.Tokens; t++)
            for (int h = 0; h < c.Shape.Heads; h++)
            {
                int from = c.Shape.Window == 0 ? 0 : Math.Max(0, t - c.Shape.Window + 1), g = h / c.Shape.Group;
                double[] e = new double[t + 1];
                for (int j = from; j <= t; j++)
                {
                    double score = 0;
                    for (int d = 0; d < size; d++) score += (double)Query(t, h, d) * Key(j, g, d);
                    score *= c.Shape.Scale;
                    if (c.Shape.SoftCap != 0) score = c.Shape.SoftCap * Math.Tanh(score / c.Shape.SoftCap);
                    e[j] = Math.Exp(score + (double)c.Shape.Slope(h) * (j - t));
                }
                double sum = e.Sum();
                for (int d = 0; d < size; d++)
                {
                    double expected = 0;
                    for (int j = from; j <= t; j++) expected += e[j] / sum * Value(j, g, d);
                    Assert.Equal(expected, actual[t * c.Width + h * size + d], 2e-5);
                }
            }

        float Query(int t, int h, int d) => fused[c.Padding + t * c.Stride + h * size + d];
        float Key(int t, int g, int d) => fused[c.Padding + t * c.Stride + c.Width + g * size + d];
        float Value(int t, int g, int d) => fused[c.Padding + t * c.Stride + c.Width + c.Narrow + g * size + d];
    }, iter: 60);

    [Fact]
    public void Allocates_nothing_after_the_first_call()
    {
        var c = new Case(new(8, 4, 8, 0.35f), 25, 0, 1);
        float[] fused = c.Fused, output = new float[c.Tokens * c.Width];
        Attend(c, fused, 0, c.Tokens, output);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) Attend(c, fused, 0, c.Tokens, output);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        float[] room = new float[1000];
        Refused(new(4, 3, 8, 1), 2, 0);
        Refused(new(4, 0, 8, 1), 2, 0);
        Refused(new(0, 1, 8, 1), 2, 0);
        Refused(new(4, 4, 0, 1), 2, 0);
        Refused(new(4, 4, 8, 1, -1), 2, 0);
        Refused(new(4, 4, 8, 1, 0, -1), 2, 0);
        Refused(new(4, 4, 9, 1), 2, 0);
        Refused(new(4, 4, 8, 1), -1, 0);
        Refused(new(4, 4, 8, 1), 2, -1);
        Refused(new(4, 4, 8, 1), 32, 0);
        Refused(new(4, 4, 8, 1), 2, 30);
        Refused(new(4, 4, 8, 1), 2, int.MaxValue);
        CausalAttention.Attend(new(4, 4, 8, 1), room, 32, 0, 0, [], 32, [], 32, [], 32);

        void Refused(AttentionShape shape, int count, int first) => Assert.ThrowsAny<ArgumentException>(
            () => CausalAttention.Attend(shape, room, 32, count, first, room, 32, room, 32, room, 32));
    }

    private static float[] Whole(Case c)
    {
        float[] output = new float[c.Tokens * c.Width];
        Attend(c, c.Fused, 0, c.Tokens, output);
        return output;
    }

    private static void Attend(Case c, float[] fused, int first, int count, Span<float> output)
    {
        ReadOnlySpan<float> rows = fused.AsSpan(c.Padding);
        CausalAttention.Attend(
            c.Shape, rows[(first * c.Stride)..], c.Stride, count, first,
            rows[c.Width..], c.Stride, rows[(c.Width + c.Narrow)..], c.Stride, output, c.Width);
    }

    private static float[] Definition(Case c)
    {
        float[] output = new float[c.Tokens * c.Width];
        ReadOnlySpan<float> rows = c.Fused.AsSpan(c.Padding);
        NaiveAttention.Attend(
            c.Shape, rows, c.Stride, c.Tokens, 0, rows[c.Width..], c.Stride, rows[(c.Width + c.Narrow)..], c.Stride,
            output, c.Width);
        return output;
    }
}
