using System.Numerics;
using System.Runtime.InteropServices;

namespace Loci.Models;

/// <summary>
/// Notices values that are no numbers where they first appear. One NaN in a stream makes every later layer NaN: what is
/// wrong is the first layer that has it, be it by a damaged weight or by an overflow.
/// </summary>
public static class FiniteValues
{
    /// <summary>Observes a forward pass; changes nothing.</summary>
    /// <exception cref="LociException">The stream holds NaN or infinity, with the layer that made it.</exception>
    public static Tap Guard { get; } = (point, layer, values, batch) =>
    {
        bool embedding = point == TapPoint.ResidualBefore && layer == 0;
        if (!embedding && point != TapPoint.ResidualAfter) return;
        int at = IndexOfOther(values);
        if (at < 0) return;
        int row = at / (values.Length / batch.Rows);
        string where = embedding
            ? $"layer 0 on: the embedding of token {batch.Tokens[row]} holds it"
            : $"layer {layer} on, at token {batch.Tokens[row]} of position {batch.Positions[row]}";
        throw new LociException(
            $"The model computes {Name(values[at])} from {where}. Its weights are damaged, or overflow float32: "
                + "fetch or convert them again.");
    };

    /// <summary>Refuses scores that are no numbers.</summary>
    /// <param name="logits">[rows, vocabulary]</param>
    /// <param name="vocabulary">Length of a row.</param>
    /// <exception cref="LociException">One is NaN or infinite.</exception>
    public static void RequireLogits(ReadOnlySpan<float> logits, int vocabulary)
    {
        int at = IndexOfOther(logits);
        if (at >= 0)
            throw new LociException(
                $"The model computes {Name(logits[at])} from its output on: the logit of token {at % vocabulary}. " +
                "Its weights are damaged, or overflow float32: fetch or convert them again.");
    }

    /// <summary>The first value that is NaN or infinite, or -1.</summary>
    public static int IndexOfOther(ReadOnlySpan<float> values)
    {
        const uint exponent = 0x7F800000; // all of its bits are set in NaN and in infinity, and in nothing else
        var bits = MemoryMarshal.Cast<float, uint>(values);
        var mask = new Vector<uint>(exponent);
        int at = 0;
        for (; at <= bits.Length - Vector<uint>.Count; at += Vector<uint>.Count)
            if (Vector.EqualsAny(new Vector<uint>(bits[at..]) & mask, mask))
                break;
        for (; at < bits.Length; at++)
            if ((bits[at] & exponent) == exponent)
                return at;
        return -1;
    }

    private static string Name(float value) => float.IsNaN(value) ? "NaN" : "infinity";
}
