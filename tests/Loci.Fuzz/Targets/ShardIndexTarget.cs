using Loci.Checkpoints;

namespace Loci.Fuzz.Targets;

/// <summary>model.safetensors.index.json: shards are file names, not paths.</summary>
internal static class ShardIndexTarget
{
    public static Target Target { get; } = new(
        "shard-index",
        """{"metadata":{"total_size":18},"weight_map":{"a":"m-1.safetensors","b":"m-2.safetensors"}}"""u8.ToArray(),
        Read);

    private static void Read(byte[] input)
    {
        foreach (string shard in ShardIndex.Parse(input, "input").Shards)
            Target.Require(shard == Path.GetFileName(shard), "a shard is a file name");
    }
}
