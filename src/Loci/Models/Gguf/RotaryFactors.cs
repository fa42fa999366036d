using Loci.Checkpoints;
using Loci.Models.Blocks;

namespace Loci.Models.Gguf;

/// <summary>
/// A GGUF file's own table of what rotary frequencies are divided by: how it says the scaling of Llama 3.1.
/// </summary>
internal static class RotaryFactors
{
    private const string Tensor = "rope_freqs.weight";

    /// <summary>The spec with its frequencies divided, where the file has the table.</summary>
    public static ModelSpec Apply(ModelSpec spec, GgufFile file)
    {
        if (!file.Tensors.ContainsKey(Tensor)) return spec;
        int pairs = spec.Blocks[0].Mixer is SoftmaxSpec { Rotary: { } rotary } ? rotary.InverseFrequencies.Count : 0;
        float[] factors = file.ReadVector(Tensor, pairs);
        if (!factors.All(factor => factor > 0 && float.IsFinite(factor)))
            throw new InvalidFileException(file.Path, $"{Tensor} holds a factor that is not a positive number");
        return spec.WithSoftmax((softmax, _) => softmax with
        {
            Rotary = new(softmax.Rotary!.Size, softmax.Rotary.Interleaved,
                [.. softmax.Rotary.InverseFrequencies.Select((frequency, i) => frequency / factors[i])]),
        });
    }
}
