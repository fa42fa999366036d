using CsCheck;
using Loci.Memory.FastWeights;
using Loci.Memory.FeatureMaps;
using Loci.Studies;

namespace Loci.Tests.Studies;

/// <summary>What became of writes to a small memory: kept, replaced by a later one, or neither.</summary>
public sealed class WriteFateTests
{
    private const int Size = 8;

    [Fact]
    public void A_later_write_to_the_same_key_replaces_and_an_earlier_one_never_does()
    {
        var fates = Fates((0, 0), (1, 1), (0, 2), (3, 1));
        Assert.Equal([2, null, null, null], fates.Select(fate => fate.ReplacedBy - 10));
        Assert.Equal([false, true, true, true], fates.Select(fate => fate.IsRetrievable));
    }

    [Fact]
    public void The_same_value_written_twice_replaces_nothing() =>
        Assert.All(Fates((0, 5), (0, 5), (2, 5)),
            fate => Assert.True(fate is { IsRetrievable: true, ReplacedBy: null }));

    [Fact]
    public void A_value_that_was_there_before_under_another_key_is_no_replacement()
    {
        // Token 1 is erased by token 2, whose value token 0 wrote too, under another key.
        var fates = Fates((4, 3), (0, 1), (0, 3));
        Assert.Equal([null, 2, null], fates.Select(fate => fate.ReplacedBy - 10));
    }

    [Fact]
    public void A_mark_means_a_later_alike_key_and_a_lost_write() =>
    Gen.Select(Gen.Int[0, 5], Gen.Int[0, 5]).Array[2, 24].Sample(pairs =>
    {
        var (memory, writes) = Write(pairs);
        var fates = WriteFate.Of(memory, writes, 0);
        for (int t = 0; t < fates.Count; t++)
        {
            if (fates[t].ReplacedBy is not { } later) continue;
            Assert.True(later > t);
            Assert.False(fates[t].IsRetrievable);
            Assert.True(memory.Interference(writes[t].Key, writes[later].Key) >= WriteFate.LeastInterference);
            Assert.Equal(pairs[t].Item1, pairs[later].Item1);           // orthogonal keys: alike is the same
            Assert.NotEqual(pairs[t].Item2, pairs[later].Item2);
        }
        // The last write of every key is there, and fates do not depend on how many are looked at.
        Assert.All(pairs.Index().GroupBy(pair => pair.Item.Item1),
            key => Assert.True(fates[key.Last().Index].IsRetrievable));
        int skip = fates.Count / 2;
        Assert.Equal(fates.Skip(skip), WriteFate.Of(memory, [.. writes.Skip(skip)], skip));
    });

    private static IReadOnlyList<WriteFate> Fates(params (int Key, int Value)[] pairs)
    {
        var (memory, writes) = Write(pairs);
        return WriteFate.Of(memory, writes, first: 10);
    }

    private static (FastWeightMemory Memory, List<ObservedWrite> Writes) Write((int Key, int Value)[] pairs)
    {
        var memory = new FastWeightMemory(
            new(Size, Size) { Map = FeatureMap.Identity, Rule = UpdateRule.Delta, Normalization = Normalization.L2 });
        var writes = new List<ObservedWrite>();
        foreach (var (key, value) in pairs)
        {
            float[] read = new float[Size];
            memory.Write(Unit(key), Unit(value));
            memory.Read(Unit(key), read);
            writes.Add(new(Unit(key), Unit(value), read));
        }
        return (memory, writes);
    }

    private static float[] Unit(int at) => [.. Enumerable.Range(0, Size).Select(i => i == at ? 1f : 0f)];
}
