using Loci.Memory.Attention;
using Loci.Memory.FastWeights;
using static Loci.Memory.Tests.FastWeights.FastWeightMemoryTests;

namespace Loci.Memory.Tests.Attention;

public class SoftmaxMemoryTests
{
    private const int Keys = 12, Values = 9;
    private const double Tolerance = 2e-6; // float32, thirty pairs

    [Fact]
    public void Reads_the_softmax_of_all_pairs()
    {
        var random = new Random(3);
        var memory = new SoftmaxMemory(Keys, Values);
        Assert.All(Read(memory, Vector(random, Keys)), x => Assert.Equal(0, x));
        List<(float[] Key, float[] Value)> list = [];
        for (int t = 0; t < 30; t++)
        {
            list.Add((Vector(random, Keys), Vector(random, Values)));
            memory.Write(list[^1].Key, list[^1].Value);
            float[] query = Vector(random, Keys), read = Read(memory, query);
            double[] weights = [.. list.Select(p => Math.Exp(p.Key.Zip(query, (a, b) => (double)a * b).Sum()))];
            for (int j = 0; j < Values; j++)
                Assert.Equal(list.Select((p, i) => weights[i] / weights.Sum() * p.Value[j]).Sum(), read[j], Tolerance);
        }
        Assert.Equal(list, memory.Contents, (a, b) => a.Key.SequenceEqual(b.Key) && a.Value.SequenceEqual(b.Value));
    }

    [Fact]
    public void Erasing_removes_the_pairs_of_exactly_this_key_and_all_can_be_undone()
    {
        var random = new Random(5);
        var memory = new SoftmaxMemory(Keys, Values, undoDepth: 6);
        float[] probe = Vector(random, Keys), first = Vector(random, Keys), second = Vector(random, Keys),
            value = Vector(random, Values);
        memory.Write(first, Vector(random, Values));
        memory.Write(second, value);
        var reads = new Stack<(int Count, float[] Read)>();
        Action[] changes =
        [
            () => memory.Write(first, Vector(random, Values)), () => memory.Erase(first), memory.Clear,
            () => memory.Write(first, Vector(random, Values)), () => memory.Erase(Vector(random, Keys)),
        ];
        int[] counts = [3, 1, 0, 1, 1];
        foreach (var (change, count) in changes.Zip(counts))
        {
            reads.Push((memory.Count, Read(memory, probe)));
            change();
            Assert.Equal(count, memory.Count);
            if (count == 1 && reads.Count == 2) Assert.Equal(value, Read(memory, probe)); // of one pair alone
        }
        SoftmaxMemory fork = memory.Clone();
        for (int changed = 5; reads.TryPop(out var before); changed--)
        {
            Assert.Equal(changed + 1, memory.UndoCount);
            Assert.True(memory.Undo());
            Assert.Equal(before.Read, Read(memory, probe));
            Assert.Equal(before.Count, memory.Count);
        }
        Assert.True(memory.Undo());
        Assert.False(memory.Undo()); // seven changes, of which six can be undone
        Assert.Equal(1, fork.Count);
        Assert.True(fork.Undo());
    }

    [Fact]
    public void A_saved_list_is_loaded_by_the_list_alone()
    {
        var random = new Random(7);
        var memory = new SoftmaxMemory(Keys, Values);
        for (int i = 0; i < 20; i++) memory.Write(Vector(random, Keys), Vector(random, Values));
        memory.Erase(memory.Contents.First().Key);
        using var stream = new MemoryStream();
        memory.Save(stream);
        stream.Position = 0;
        SoftmaxMemory loaded = SoftmaxMemory.Load(stream, undoDepth: 1);
        float[] query = Vector(random, Keys);
        Assert.Equal(19, loaded.Count);
        Assert.Equal(Read(memory, query), Read(loaded, query));
        stream.Position = 0;
        var e = Assert.Throws<InvalidDataException>(() => FastWeightMemory.Load(stream));
        Assert.Contains(nameof(SoftmaxMemory), e.Message, StringComparison.Ordinal);
        using var other = new MemoryStream();
        new FastWeightMemory(new(4, 4)).Save(other);
        other.Position = 0;
        Assert.Throws<InvalidDataException>(() => SoftmaxMemory.Load(other));
    }

    [Fact]
    public void What_was_erased_for_good_makes_room()
    {
        var random = new Random(9);
        var memory = new SoftmaxMemory(Keys, Values, undoDepth: 3);
        float[] key = Vector(random, Keys), value = Vector(random, Values);
        memory.Write(key, value);
        for (int i = 0; i < 2_000; i++)
        {
            memory.Erase(key);
            memory.Write(key, value);
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        memory.Erase(key);
        memory.Write(key, Vector(random, Values));
        // the vector drawn, and no longer list
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000);
        for (int i = 0; i < 2; i++) Assert.True(memory.Undo());
        Assert.Equal(value, Read(memory, key));
        Assert.Equal(1, memory.Count);
    }

    [Fact]
    public void Pairs_that_move_up_into_freed_room_keep_key_and_value()
    {
        var random = new Random(11);
        SoftmaxMemory memory = new(Keys, Values), kept = new(Keys, Values);
        for (int i = 0; i < 200; i++)
        {
            float[] key = Vector(random, Keys), value = Vector(random, Values);
            memory.Write(key, value);
            if (i % 3 == 0) memory.Erase(key);
            else kept.Write(key, value);
        }
        float[] query = Vector(random, Keys);
        Assert.Equal(kept.Count, memory.Count);
        Assert.Equal(Read(kept, query), Read(memory, query));
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        var memory = new SoftmaxMemory(Keys, Values);
        Assert.Throws<ArgumentException>(() => memory.Write(new float[Keys - 1], new float[Values]));
        Assert.Throws<ArgumentException>(() => memory.Write(new float[Keys], [float.NaN, .. new float[Values - 1]]));
        Assert.Throws<ArgumentException>(() => memory.Erase([float.PositiveInfinity, .. new float[Keys - 1]]));
        Assert.Throws<ArgumentException>(() => memory.Read(new float[Keys], new float[Values + 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SoftmaxMemory(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SoftmaxMemory(1, 1, undoDepth: -1));
    }

    private static float[] Read(SoftmaxMemory memory, float[] key)
    {
        float[] read = new float[memory.ValueSize];
        memory.Read(key, read);
        return read;
    }
}
