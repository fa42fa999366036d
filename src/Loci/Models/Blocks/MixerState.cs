namespace Loci.Models.Blocks;

/// <summary>What the mixer of one block keeps of a text.</summary>
internal abstract class MixerState
{
    /// <summary>Bytes held.</summary>
    public abstract long Bytes { get; }

    /// <summary>An independent copy: the fork of a text.</summary>
    public abstract MixerState Clone();
}
