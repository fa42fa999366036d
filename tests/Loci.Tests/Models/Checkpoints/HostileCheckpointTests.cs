using System.Text;
using CsCheck;
using Loci.Checkpoints;

namespace Loci.Tests.Models.Checkpoints;

/// <summary>
/// Whatever a file holds: a checkpoint whose tensors lie inside it, or a typed error, and no great allocation.
/// </summary>
public sealed class HostileCheckpointTests : IDisposable
{
    private const int Iterations = 20_000;

    // Room for one typed error, and for names and shapes beside the bytes that spell them.
    private const int AllocatedPerInput = 1 << 17, AllocatedPerByte = 64;

    private static readonly byte[] Safetensors = SafetensorsBytes.Of(
        """{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b":{"dtype":"BF16","shape":[],"data_offsets":[8,10]}}""",
        new byte[10]);

    private static readonly byte[] Index = Encoding.UTF8.GetBytes(
        """{"metadata":{"total_size":18},"weight_map":{"a":"m-1.safetensors","b":"m-2.safetensors"}}""");

    private static readonly byte[] Llama2c = [.. ((int[])[4, 3, 1, 2, 1, 5, 7]).SelectMany(BitConverter.GetBytes)];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Safetensors_headers() => Damage(Safetensors, bytes =>
    {
        // A header that no longer has its length is a dull one: repair the length in half the cases.
        if (bytes.Length >= 8 && bytes.Length % 2 == 0)
            BitConverter.TryWriteBytes(bytes, (long)Math.Max(0, bytes.Length - 18));
        CheckInside(SafetensorsHeader.Parse(bytes, bytes.Length, "x").Tensors, bytes.Length);
    });

    [Fact]
    public void Safetensors_files()
    {
        Gen.Int.Sample(seed =>
        {
            byte[] bytes = Mutation.Of(Safetensors, new Random(seed));
            try
            {
                using var file = SafetensorsFile.Open(_folder.Write("x", bytes));
                foreach (string name in file.Tensors.Keys) _ = file.OpenTensor(name).ReadFloats();
            }
            catch (LociException)
            {
            }
        }, iter: 500, threads: 1);
    }

    [Fact]
    public void Shard_indexes() => Damage(Index, bytes =>
    {
        foreach (string shard in ShardIndex.Parse(bytes, "x").Shards)
            Assert.Equal(shard, Path.GetFileName(shard));
    });

    [Fact]
    public void Llama2c_headers() => Damage(Llama2c, bytes =>
    {
        var header = Llama2cHeader.Parse(bytes, "x");
        const long length = 28 + 4 * 200;
        CheckInside(Llama2cLayout.Place(header, length, "x"), length);
    });

    [Fact]
    public void Any_seven_numbers() => Gen.OneOf(Gen.Int, Gen.Int[-2, 9]).Array[7].Sample(header => Survive(
        [.. header.SelectMany(BitConverter.GetBytes)],
        bytes => Llama2cLayout.Place(Llama2cHeader.Parse(bytes, "x"), 5000, "x")), iter: Iterations);

    private static void Damage(byte[] seed, Action<byte[]> read) =>
        Gen.Int.Sample(random => Survive(Mutation.Of(seed, new Random(random)), read), iter: Iterations);

    private static void Survive(byte[] bytes, Action<byte[]> read)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            read(bytes);
        }
        catch (LociException)
        {
        }
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(
            allocated < AllocatedPerInput + AllocatedPerByte * (long)bytes.Length,
            $"{allocated} bytes allocated for {bytes.Length}");
    }

    private static void CheckInside(IReadOnlyDictionary<string, TensorInfo> tensors, long length) =>
        Assert.All(tensors.Values, tensor => Assert.InRange(tensor.Offset + tensor.ByteLength, 8, length));
}
