using System.Security.Cryptography;
using System.Text;
using Loci.Checkpoints;

namespace Loci.Tests.Models.Checkpoints;

public sealed class ShardedCheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ShardedCheckpointTests()
    {
        SafetensorsWriter.WriteAll(_folder["s1.safetensors"], ("a", [2], [1, 2]));
        SafetensorsWriter.WriteAll(_folder["s2.safetensors"], ("b", [1], [3]), ("c", [1, 1], [4]));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reads_tensors_of_every_shard()
    {
        using var checkpoint = Open(
            """{"metadata":{"total_size":16},"weight_map":{"c":"s2.safetensors","a":"s1.safetensors","b":"s2.safetensors"}}""");
        Assert.Equal(["a", "b", "c"], checkpoint.Tensors.Keys.Order());
        Assert.Equal([1, 2], checkpoint.ReadVector("a", 2));
        Assert.Equal([4], checkpoint.OpenShaped("c", 1, 1).ReadFloats());
        string lines = string.Concat(
            ((string[])["s1", "s2"]).Select(s => Sha256(File.ReadAllBytes(_folder[s + ".safetensors"])) + "\n"));
        Assert.Equal(Sha256(Encoding.ASCII.GetBytes(lines)), checkpoint.ContentHash);
    }

    [Theory]
    [
        InlineData(
            """{"weight_map":{"a":"s1.safetensors","b":"s2.safetensors","c":"s3.safetensors"}}""",
            "«s3.safetensors», which is not in"),
    ]
    [
        InlineData(
            """{"weight_map":{"a":"s1.safetensors","b":"s2.safetensors","c":"s1.safetensors"}}""", "does not hold it"),
    ]
    [InlineData("""{"weight_map":{"a":"s1.safetensors","b":"s2.safetensors"}}""", "«c», which the index does not map")]
    [InlineData("""{"weight_map":{"a":"../s1.safetensors"}}""", "file name beside the index")]
    [InlineData("""{"weight_map":{"a":"/s1.safetensors"}}""", "file name beside the index")]
    [InlineData("""{"weight_map":{"a":"x\\s1.safetensors"}}""", "file name beside the index")]
    [InlineData("""{"weight_map":{"a":"..safetensors"}}""", "file name beside the index")]
    [InlineData("""{"weight_map":{"a":""}}""", "file name beside the index")]
    [InlineData("""{"weight_map":{"a":"s1.safetensors","a":"s1.safetensors"}}""", "twice")]
    [InlineData("""{"weight_map":{},"weight_map":{}}""", "twice")]
    [InlineData("""{"weight_map":{"a":1}}""", "no text")]
    [InlineData("""{"weight_map":[]}""", "no object")]
    [InlineData("""{"metadata":{}}""", "no weight_map")]
    [InlineData("""[]""", "not the JSON")]
    [InlineData("", "not the JSON")]
    [InlineData("""{"weight_map":{"\udc00":"s1.safetensors"}}""", "Unicode")]
    public void Says_what_is_wrong_with_an_index(string json, string problem) =>
        Assert.Contains(
            problem, Assert.Throws<InvalidFileException>(() => Open(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_tensor_in_two_shards_is_refused()
    {
        SafetensorsWriter.WriteAll(_folder["s1.safetensors"], ("a", [2], [1, 2]), ("b", [1], [9]));
        var error = Assert.Throws<InvalidFileException>(() =>
            Open("""{"weight_map":{"a":"s1.safetensors","b":"s2.safetensors","c":"s2.safetensors"}}"""));
        Assert.Contains("«b», which the index maps to «s2.safetensors»", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_opened_by_its_single_file_its_index_or_its_only_file()
    {
        File.WriteAllText(
            _folder["model.safetensors.index.json"],
            """{"weight_map":{"a":"s1.safetensors","b":"s2.safetensors","c":"s2.safetensors"}}""");
        using (var sharded = Checkpoint.OpenAny(_folder.Path)) Assert.Equal(3, sharded.Tensors.Count);
        File.Copy(_folder["s1.safetensors"], _folder["model.safetensors"]);
        using (var single = Checkpoint.OpenAny(_folder.Path)) Assert.Single(single.Tensors);
        File.Delete(_folder["model.safetensors"]);
        File.Delete(_folder["model.safetensors.index.json"]);
        Assert.Contains(
            "2 files of weights", Assert.Throws<InvalidFileException>(() => Checkpoint.OpenAny(_folder.Path)).Message,
            StringComparison.Ordinal);
        File.Delete(_folder["s2.safetensors"]);
        using (var only = Checkpoint.OpenAny(_folder.Path)) Assert.Single(only.Tensors);
        File.Delete(_folder["s1.safetensors"]);
        Assert.Contains(
            "none of model.safetensors",
            Assert.Throws<InvalidFileException>(() => Checkpoint.OpenAny(_folder.Path)).Message,
            StringComparison.Ordinal);
    }

    private ShardedCheckpoint Open(string json) =>
        ShardedCheckpoint.Open(_folder.Write("index.json", Encoding.UTF8.GetBytes(json)));

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
