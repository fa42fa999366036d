using Loci.Memory.FastWeights;
using static TorchSharp.torch;

namespace Loci.Torch.Autograd;

/// <summary>What a batch of sequences left behind.</summary>
/// <param name="Outputs">The reads, [batch, length, heads, valueSize].</param>
/// <param name="State">S after the last token, [batch, heads, keySize, valueSize].</param>
/// <param name="Normalizer">z after the last token, [batch, heads, keySize]; null without attention
/// normalisation.</param>
public readonly record struct SequenceResult(Tensor Outputs, Tensor State, Tensor? Normalizer);

/// <summary>
/// Fast-weight memories over sequences as differentiable operations, computed by Loci's kernels in the memory of the
/// tensors. Float32 or float64 on the CPU; batch times heads run in parallel on as many threads as Torch may use.
/// </summary>
/// <remarks>
/// Queries, keys [batch, length, heads, keySize] come after feature map and normalisation; values [batch, length,
/// heads, valueSize], strengths β and log gates g ≤ 0 [batch, length, heads]. Tensors that are not contiguous are
/// copied first.
/// </remarks>
public static class FastWeightSequence
{
    /// <summary>The delta rule: S ← e^g S; S ← S + kᵀβ(v − kS); o = qS.</summary>
    /// <param name="queries">[batch, length, heads, keySize]</param>
    /// <param name="keys">[batch, length, heads, keySize]</param>
    /// <param name="values">[batch, length, heads, valueSize]</param>
    /// <param name="strengths">β [batch, length, heads]; null means 1.</param>
    /// <param name="logGates">g [batch, length, heads]; null means 0.</param>
    /// <param name="state">S before the first token, [batch, heads, keySize, valueSize]; null means empty.</param>
    /// <param name="chunk">Tokens of a chunk.</param>
    public static SequenceResult Delta(
        Tensor queries, Tensor keys, Tensor values, Tensor? strengths = null, Tensor? logGates = null,
        Tensor? state = null,
        int chunk = 32) =>
        Run(queries, keys, values, strengths, logGates, state, null, new(Correct: true, Normalized: false, chunk));

    /// <summary>The sum rule: S ← e^g S + kᵀβv; o = qS.</summary>
    /// <param name="queries">[batch, length, heads, keySize]</param>
    /// <param name="keys">[batch, length, heads, keySize]</param>
    /// <param name="values">[batch, length, heads, valueSize]</param>
    /// <param name="strengths">β [batch, length, heads]; null means 1.</param>
    /// <param name="logGates">g [batch, length, heads]; null means 0.</param>
    /// <param name="state">S before the first token, [batch, heads, keySize, valueSize]; null means empty.</param>
    /// <param name="chunk">Tokens of a chunk.</param>
    public static SequenceResult Sum(
        Tensor queries, Tensor keys, Tensor values, Tensor? strengths = null, Tensor? logGates = null,
        Tensor? state = null,
        int chunk = 32) =>
        Run(queries, keys, values, strengths, logGates, state, null, new(Correct: false, Normalized: false, chunk));

    /// <summary>The sum rule with attention normalisation: z ← z + k; o = qS/(z·q + 1e-6).</summary>
    /// <param name="queries">[batch, length, heads, keySize]</param>
    /// <param name="keys">[batch, length, heads, keySize]</param>
    /// <param name="values">[batch, length, heads, valueSize]</param>
    /// <param name="state">S before the first token, [batch, heads, keySize, valueSize]; null means empty.</param>
    /// <param name="normalizer">z before the first token, [batch, heads, keySize]; given exactly where the state
    /// is.</param>
    /// <param name="chunk">Tokens of a chunk.</param>
    public static SequenceResult NormalizedSum(
        Tensor queries, Tensor keys, Tensor values, Tensor? state = null, Tensor? normalizer = null, int chunk = 32)
    {
        if (state is null != normalizer is null)
            throw new ArgumentException("state and normaliser are given together or not at all", nameof(normalizer));
        return Run(queries, keys, values, null, null, state, normalizer, new(Correct: false, Normalized: true, chunk));
    }

    /// <summary>
    /// The delta rule with attention normalisation: v̄ = kS/(z·k); S ← S + kᵀβ(v − v̄); z ← z + k; o = qS/(z·q). It is
    /// the delta rule with keys k/(z·k) and strengths β(z·k), from an empty memory.
    /// </summary>
    /// <param name="queries">[batch, length, heads, keySize], no feature negative.</param>
    /// <param name="keys">[batch, length, heads, keySize], no feature negative.</param>
    /// <param name="values">[batch, length, heads, valueSize]</param>
    /// <param name="strengths">β [batch, length, heads]</param>
    /// <param name="chunk">Tokens of a chunk.</param>
    public static SequenceResult NormalizedDelta(Tensor queries, Tensor keys, Tensor values, Tensor strengths,
        int chunk = 32)
    {
        using var scope = NewDisposeScope();
        var (divided, corrected, asked, sums) = DivideByKeySums(queries, keys, strengths, before: null);
        SequenceResult result = Delta(queries, divided, values, corrected, chunk: chunk);
        return new(
            (result.Outputs / asked.unsqueeze(-1)).MoveToOuterDisposeScope(), result.State.MoveToOuterDisposeScope(),
            sums.MoveToOuterDisposeScope());
    }

    /// <summary>What makes the delta rule the one with attention normalisation.</summary>
    /// <param name="queries">[batch, length, heads, keySize]</param>
    /// <param name="keys">[batch, length, heads, keySize]</param>
    /// <param name="strengths">β [batch, length, heads]</param>
    /// <param name="before">z before the first token [batch, heads, keySize]; null means zero.</param>
    /// <returns>Keys k/(z·k) and strengths β(z·k); z·q, which reads are to be divided by; z after the last
    /// token.</returns>
    internal static (Tensor Keys, Tensor Strengths, Tensor Asked, Tensor KeySums) DivideByKeySums(
        Tensor queries, Tensor keys, Tensor strengths, Tensor? before)
    {
        const double Floor = UpdateRule.KeySumFloor;
        Tensor after = keys.cumsum(1);
        if (before is not null) after = after + before.unsqueeze(1);
        Tensor own = ((after - keys) * keys).sum(-1).clamp_min(Floor),
            asked = (after * queries).sum(-1).clamp_min(Floor);
        return (keys / own.unsqueeze(-1), strengths * own, asked, after.select(1, -1));
    }

    private static SequenceResult Run(
        Tensor queries, Tensor keys, Tensor values, Tensor? strengths, Tensor? logGates, Tensor? state,
        Tensor? normalizer,
        ChunkSettings settings)
    {
        List<Tensor> results = ChunkFunction.apply(
            queries.contiguous(), keys.contiguous(), values.contiguous(), strengths?.contiguous()!,
            logGates?.contiguous()!,
            state?.contiguous()!, normalizer?.contiguous()!, settings);
        return new(results[0], results[1], settings.Normalized ? results[2] : null);
    }
}
