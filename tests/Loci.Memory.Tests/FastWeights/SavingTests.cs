using System.Buffers.Binary;
using System.Security.Cryptography;
using Loci.Memory.Attention;
using Loci.Memory.FastWeights;
using Loci.Memory.FeatureMaps;
using static Loci.Memory.Tests.FastWeights.FastWeightMemoryTests;

namespace Loci.Memory.Tests.FastWeights;

public class SavingTests
{
    public static TheoryData<string> Rules => FastWeightMemoryTests.Rules;

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_loaded_memory_goes_on_with_the_same_bits(string rule)
    {
        foreach (FeatureMap map in
            new FeatureMap[] { FeatureMap.EluPlusOne, FeatureMap.Relu, new Dpfp(2), new Favor(12, 8, 1) })
        {
            var random = new Random(1);
            FastWeightMemory memory = Create(UpdateRule.Named(rule), map);
            for (int i = 0; i < 5; i++) memory.Write(Vector(random, 12), Vector(random, 9));
            using var stream = new MemoryStream(Saved(memory));
            FastWeightMemory loaded = FastWeightMemory.Load(stream, undoDepth: 1);
            Assert.Equal(stream.Length, stream.Position);
            float[] key = Vector(random, 12), value = Vector(random, 9), query = Vector(random, 12);
            memory.Write(key, value);
            loaded.Write(key, value);
            Assert.Equal(Read(memory, query), Read(loaded, query));
            Assert.Equal(memory.State.ToArray(), loaded.State.ToArray());
            Assert.True(loaded.Undo());
        }
    }

    [Fact]
    public void Every_cut_and_every_flipped_byte_is_refused()
    {
        FastWeightMemory memory = Create(UpdateRule.NormalizedDelta);
        memory.Write(Vector(new Random(1), 12), Vector(new Random(2), 9));
        byte[] saved = Saved(memory);
        for (int length = 0; length < saved.Length; length++)
            Assert.Throws<InvalidDataException>(() => FastWeightMemory.Load(new MemoryStream(saved, 0, length)));
        for (int at = 0; at < saved.Length; at++)
        {
            byte[] damaged = [.. saved];
            damaged[at] ^= 0x40;
            Assert.Throws<InvalidDataException>(() => FastWeightMemory.Load(new MemoryStream(damaged)));
        }
    }

    [Fact]
    public void Content_that_lies_under_a_right_checksum_is_refused_without_allocating_what_it_claims()
    {
        byte[] saved = Saved(Create(UpdateRule.Delta)), list = SavedList();
        foreach (byte[] file in new[] { saved, list })
        {
            for (int field = 0; field < 5; field++)
            {
                foreach (int lie in new[] { int.MinValue, -1, 0, 99, 1 << 20, int.MaxValue })
                {
                    byte[] content = file[16..^32];
                    if (BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(4 * field)) == lie) continue;
                    BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(4 * field), lie);
                    byte[] lying = [.. file[..16], .. content, .. SHA256.HashData(content)];
                    long before = GC.GetAllocatedBytesForCurrentThread();
                    try
                    {
                        // Sizes of an empty list and maps of as many features are free to be others.
                        if (file == list) SoftmaxMemory.Load(new MemoryStream(lying));
                        else FastWeightMemory.Load(new MemoryStream(lying));
                    }
                    catch (InvalidDataException)
                    {
                    }
                    Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20, $"field {field} {lie}");
                }
            }
        }
        byte[] long_ = [.. saved];
        BinaryPrimitives.WriteInt64LittleEndian(long_.AsSpan(8), int.MaxValue - 100);
        long start = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => FastWeightMemory.Load(new MemoryStream(long_)));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - start < 1 << 20);
    }

    private static byte[] SavedList()
    {
        using var stream = new MemoryStream();
        new SoftmaxMemory(12, 9).Save(stream);
        return stream.ToArray();
    }

    private static byte[] Saved(FastWeightMemory memory)
    {
        using var stream = new MemoryStream();
        memory.Save(stream);
        return stream.ToArray();
    }
}
