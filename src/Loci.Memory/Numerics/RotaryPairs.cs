namespace Loci.Memory.Numerics;

/// <summary>Which two elements of a head form the pair i that a rotary embedding turns.</summary>
public enum RotaryPairs
{
    /// <summary>i and i + dimension/2 (GPT-NeoX, Llama in Hugging Face layout).</summary>
    Halves,

    /// <summary>2i and 2i + 1 (the paper, GPT-J, llama2.c).</summary>
    Interleaved,
}
