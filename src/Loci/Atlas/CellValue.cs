using Loci.Memory.Recall;

namespace Loci.Atlas;

/// <summary>What the value of a cell says to the vocabulary.</summary>
/// <param name="Norm">‖v‖, with which coefficients of different cells are compared.</param>
/// <param name="Raw">The raw readout.</param>
/// <param name="Folded">The folded readout.</param>
public sealed record CellValue(float Norm, ValueReadout Raw, ValueReadout Folded)
{
    /// <summary>One of the two readouts.</summary>
    public ValueReadout At(Readout readout) => readout == Readout.Raw ? Raw : Folded;
}

/// <summary>The two ends of a readout: what +v promotes and what −v, the value at the negative pole, does.</summary>
/// <param name="Top">Largest logits, largest first.</param>
/// <param name="Bottom">
/// Smallest logits, smallest first: what the value suppresses, and promotes at its negative pole.
/// </param>
public sealed record ValueReadout(ValueEnd Top, ValueEnd Bottom)
{
    /// <summary>What the value promotes at a pole.</summary>
    public ValueEnd At(Pole pole) => pole == Pole.Positive ? Top : Bottom;

    /// <summary>
    /// Tokens that the value promotes at a pole, strongest first; at the negative pole it acts as −v, and
    /// the logits are those of −v.
    /// </summary>
    public IEnumerable<ScoredToken> Promoted(Pole pole) => Acting(At(pole).Tokens, pole);

    /// <summary>
    /// Tokens that the value suppresses at a pole, strongest first: those it promotes at the other,
    /// with the logits of this one.
    /// </summary>
    public IEnumerable<ScoredToken> Suppressed(Pole pole) =>
        Acting(At(pole == Pole.Positive ? Pole.Negative : Pole.Positive).Tokens, pole);

    // 0 − x and x + 0 are never −0.
    private static IEnumerable<ScoredToken> Acting(IEnumerable<ScoredToken> tokens, Pole pole) =>
        tokens.Select(token => token with { Logit = pole == Pole.Positive ? token.Logit + 0 : 0 - token.Logit });
}

/// <summary>One end of a readout.</summary>
/// <param name="Tokens">The extreme tokens with their logits under +v, ties to the smaller id; at least one.</param>
/// <param name="Probability">Largest probability of softmax(logits), at the bottom end of softmax(−logits).</param>
/// <param name="ZScore">
/// How many standard deviations the extreme logit lies from the mean logit; does not depend on ‖v‖.
/// </param>
public sealed record ValueEnd(IReadOnlyList<ScoredToken> Tokens, float Probability, float ZScore)
{
    /// <summary>The prediction: the argmax, at the bottom end the argmin.</summary>
    public int Prediction => Tokens[0].Id;
}
