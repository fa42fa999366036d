using Loci.Memory.Attention;

namespace Loci.Models.Blocks;

/// <summary>What a softmax mixer keeps of a text: the list of its tokens, or of those its window still shows.</summary>
internal sealed class SoftmaxState(ContextList list) : MixerState
{
    public SoftmaxState(AttentionShape shape)
        : this(new ContextList(shape))
    {
    }

    public ContextList List { get; } = list;

    public override long Bytes => List.Bytes;

    public override MixerState Clone() => new SoftmaxState(List.Clone());
}
