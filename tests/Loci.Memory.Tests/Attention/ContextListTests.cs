using CsCheck;
using Loci.Memory.Attention;

namespace Loci.Memory.Tests.Attention;

/// <summary>
/// The list of the context: written in any pieces it reads what one pass reads, and what is erased was never there.
/// </summary>
public class ContextListTests
{
    [Fact]
    public void Pieces_read_what_one_pass_reads() =>
        Gen.Select(Gen.Int[0, 500], Gen.Int[0, 20], Gen.Int[1, 40].Array[1, 6]).Sample((seed, window, pieces) =>
    {
        var shape = new AttentionShape(4, 2, 6, 0.4f, Window: window);
        int count = pieces.Sum(), width = 24, narrow = 12;
        var random = new Random(seed);
        float[] q = Numbers(random, count * width), k = Numbers(random, count * narrow),
            v = Numbers(random, count * narrow);
        float[] whole = new float[count * width], own = new float[count * width];
        CausalAttention.Attend(shape, q, width, count, 0, k, narrow, v, narrow, whole, width);
        var list = new ContextList(shape);
        int at = 0;
        foreach (int piece in pieces)
        {
            list.Write(k.AsSpan(at * narrow), narrow, v.AsSpan(at * narrow), narrow, piece);
            list.Read(q.AsSpan(at * width), width, piece, own.AsSpan(at * width, piece * width));
            at += piece;
        }
        Assert.Equal(whole, own);
        Assert.Equal(count, list.First + list.Count);
        Assert.Equal(window == 0 ? null : window, list.Capacity);
    }, iter: 100);

    [Fact]
    public void Erased_pairs_were_never_there()
    {
        var shape = new AttentionShape(1, 1, 4, 1);
        var random = new Random(5);
        float[] k = Numbers(random, 40), v = Numbers(random, 40), q = Numbers(random, 4), one = new float[4],
            other = new float[4];
        var list = new ContextList(shape);
        list.Write(k, 4, v, 4, 10);
        var fork = list.Clone();
        list.Erase(3, 4);
        Assert.Equal((6, 10), (list.Count, fork.Count));
        list.Read(q, 4, 1, one);
        var never = new ContextList(shape);
        never.Write([.. k[..12], .. k[28..]], 4, [.. v[..12], .. v[28..]], 4, 6);
        never.Read(q, 4, 1, other);
        Assert.Equal(other, one);
        Assert.Throws<ArgumentOutOfRangeException>(() => list.Erase(5, 2));
        Assert.Throws<InvalidOperationException>(() => new ContextList(shape with { Window = 3 }).Erase(0, 0));
        Assert.Throws<InvalidOperationException>(() => new ContextList(shape with { Alibi = new(1) }).Erase(0, 0));
        list.Clear();
        Assert.Equal(0, list.Count);
    }

    private static float[] Numbers(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 2 - 1))];
}
