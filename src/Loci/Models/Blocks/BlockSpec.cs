namespace Loci.Models.Blocks;

/// <summary>
/// What one block is: two memories, each read through a norm and added to the stream. The mixer is a memory of the
/// context, the cells are a memory of training.
/// </summary>
public sealed record BlockSpec
{
    /// <summary>The memory of the context.</summary>
    public required MixerSpec Mixer { get; init; }

    /// <summary>The memory of training.</summary>
    public required CellsSpec Cells { get; init; }

    /// <summary>True when the cells read the block's input beside the mixer, not after it (GPT-NeoX).</summary>
    public bool Parallel { get; init; }

    /// <summary>True when each branch is normed once more before it joins the stream (Gemma 2).</summary>
    public bool SandwichNorms { get; init; }

    /// <summary>False when both branches read the stream as it is (OLMo 2).</summary>
    public bool InputNorms { get; init; } = true;

    /// <summary>Factor on what each branch gives, after any norm on it (Granite).</summary>
    public float BranchScale { get; init; } = 1;

    /// <summary>Refuses what cannot work.</summary>
    /// <returns>Points that may not do what is expected, each a sentence.</returns>
    /// <exception cref="ArgumentException">What cannot work, with the reason.</exception>
    public IReadOnlyList<string> Check()
    {
        Cells.Check();
        return Mixer.Check();
    }
}
