namespace Loci;

/// <summary>A token and its logit.</summary>
/// <param name="Id">Token.</param>
/// <param name="Logit">Its logit; of a value's readout, under +v.</param>
public readonly record struct ScoredToken(int Id, float Logit)
{
    /// <summary>The tokens of the largest logits, largest first, ties to the smaller id.</summary>
    /// <param name="logits">[vocabulary]</param>
    /// <param name="count">How many; all where the vocabulary has fewer.</param>
    /// <exception cref="LociException">A logit is not a finite number: the model overflows.</exception>
    public static List<ScoredToken> Best(ReadOnlySpan<float> logits, int count)
    {
        count = Math.Min(count, logits.Length);
        var best = new List<ScoredToken>(count + 1);
        float bound = float.NegativeInfinity; // few tokens pass it once the list is full
        for (int t = 0; t < logits.Length; t++)
        {
            float logit = logits[t];
            if (!float.IsFinite(logit))
                throw new LociException(
                    $"The logit of token {t} is {logit}: the model overflows, or its weights are damaged.");
            if (best.Count == count && !(logit > bound)) continue;
            int at = best.Count;
            while (at > 0 && best[at - 1].Logit < logit) at--;
            best.Insert(at, new(t, logit));
            if (best.Count > count) best.RemoveAt(count);
            if (best.Count == count) bound = best[^1].Logit;
        }
        return best;
    }
}
