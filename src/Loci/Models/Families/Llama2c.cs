using Loci.Memory.Numerics;
using Loci.Checkpoints;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>
/// A llama2.c checkpoint: Llama with ε = 1e-5 and base 10000 fixed by the program that runs it, rotary pairs
/// interleaved. Its reader gives tensors the names of a Hugging Face Llama.
/// </summary>
internal static class Llama2c
{
    public static ModelSpec Spec(Llama2cHeader header) => new()
    {
        Family = "llama",
        Width = header.Width,
        Vocabulary = header.Vocabulary,
        Context = header.Context,
        Norm = NormKind.RmsNorm,
        NormEpsilon = 1e-5f,
        Blocks = FamilyReadings.Every(header.Layers, new()
        {
            Mixer = new SoftmaxSpec
            {
                Heads = header.Heads, KeyValueHeads = header.KeyValueHeads, HeadSize = header.HeadWidth,
                    Scale = FamilyReadings.RootScale(header.HeadWidth),
                Rotary = new(header.HeadWidth, Interleaved: true, Rotary.Frequencies(10_000, header.HeadWidth)),
            },
            Cells = new(header.Cells, Activation.Silu, Gated: true),
        }),
        Head = new(header.TiedOutput),
        BeginOfSequence = 1,
        EndOfSequence = [1], // run.c ends a text where the model starts a new one
    };
}
