using Loci.Models.Blocks;
using Loci.Torch.Networks;
using static TorchSharp.torch;

namespace Loci.Training.Labs.Language;

/// <summary>The loss of every token of long texts that are read in one stream, from an empty memory.</summary>
internal static class PositionLosses
{
    /// <summary>Nats of every token. [streams, positions]</summary>
    /// <param name="network">All layers fast weights, or all softmax over a window.</param>
    /// <param name="text">Cut from its beginning into contiguous streams, none overlapping another.</param>
    /// <param name="streams">How many.</param>
    /// <param name="positions">Tokens of a stream, a multiple of <paramref name="segment"/>.</param>
    /// <param name="segment">Tokens read at once.</param>
    /// <param name="reset">True to begin every segment with an empty memory.</param>
    public static float[][] Of(TorchTransformer network, int[] text, int streams, int positions, int segment,
        bool reset)
    {
        if (positions % segment != 0 || (long)streams * positions >= text.Length)
            throw new ArgumentException(
                $"{streams} streams of {positions} tokens in segments of {segment} do not fit a text of {text.Length}",
                nameof(positions));
        using var _ = no_grad();
        bool fast = network.Blocks[0].Attention is FastWeightAttention;
        CarriedMemory[]? carried = fast && !reset ? [.. network.Blocks.Select(_ => new CarriedMemory())] : null;
        float[][] losses = [.. Enumerable.Range(0, streams).Select(_ => new float[positions])];
        for (int first = 0; first < positions; first += segment)
        {
            using var scope = NewDisposeScope();
            // What a stack of windows can see of the text before; fast weights keep what they need.
            int before = fast || reset ? 0 : Math.Min(first, Sight(network));
            float[] nats = Segment(network, text, streams, positions, first, segment, before, carried);
            for (int s = 0; s < streams; s++) nats.AsSpan(s * segment, segment).CopyTo(losses[s].AsSpan(first));
        }
        foreach (var memory in carried ?? []) memory.Dispose();
        return losses;
    }

    /// <summary>How many tokens before its own a position depends on, through all layers' windows.</summary>
    public static int Sight(TorchTransformer network) => 
        network.Spec.Blocks.Sum(block => (block.Mixer is SoftmaxSpec softmax ? softmax.Window : 0) - 1);

    // [streams·segment]
    private static float[] Segment(
        TorchTransformer network, int[] text, int streams, int positions, int first, int segment, int before,
        CarriedMemory[]? carried)
    {
        int length = before + segment;
        long[] inputs = new long[streams * length], targets = new long[streams * segment];
        for (int s = 0; s < streams; s++)
        {
            int start = s * positions + first;
            for (int i = 0; i < length; i++) inputs[s * length + i] = text[start - before + i];
            for (int i = 0; i < segment; i++) targets[s * segment + i] = text[start + i + 1];
        }
        var normed = network.Forward(tensor(inputs, streams, length), carried: carried)
            .view(streams, length, -1).narrow(1, before, segment).reshape((long)streams * segment, -1);
        var scores = network.Logits(normed).log_softmax(1).gather(1, tensor(targets, streams * segment, 1));
        return [.. scores.neg().flatten().data<float>()];
    }
}
