using System.Text;
using Loci.Checkpoints;

namespace Loci.Fuzz.Targets;

/// <summary>A whole safetensors file: every tensor of an accepted header lies inside it.</summary>
internal static class SafetensorsTarget
{
    private const string Header =
        """{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b":{"dtype":"BF16","shape":[],"data_offsets":[8,10]}}""";

    public static Target Target { get; } = new(
        "safetensors",
        [.. BitConverter.GetBytes((long)Header.Length), .. Encoding.UTF8.GetBytes(Header), .. new byte[10]], Read);

    private static void Read(byte[] input)
    {
        foreach (var tensor in SafetensorsHeader.Parse(input, input.Length, "input").Tensors.Values)
            Target.Require(
                tensor.Offset >= 8 && tensor.ByteLength >= 0 && tensor.Offset + tensor.ByteLength <= input.Length,
                "tensors lie inside the file");
    }
}
