using Loci.Checkpoints;

namespace Loci.Fuzz.Targets;

/// <summary>A whole llama2.c file: the tensors of an accepted one lie inside it.</summary>
internal static class Llama2cTarget
{
    // dim 2, hidden 1, 1 layer, 1 head, 1 key-value head, 1 token, 1 position: 32 numbers.
    public static Target Target { get; } = new(
        "llama2c", [.. ((int[])[2, 1, 1, 1, 1, 1, 1]).SelectMany(BitConverter.GetBytes), .. new byte[4 * 32]], Read);

    private static void Read(byte[] input)
    {
        var header = Llama2cHeader.Parse(input, "input");
        foreach (var tensor in Llama2cLayout.Place(header, input.Length, "input").Values)
            Target.Require(
                tensor.Offset >= 28 && tensor.Offset + tensor.ByteLength <= input.Length,
                "tensors lie inside the file");
    }
}
