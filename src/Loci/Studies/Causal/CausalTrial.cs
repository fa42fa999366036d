namespace Loci.Studies.Causal;

/// <summary>
/// One cell at one prefix, with the matched cell it is held against. The pass over the intact model fills it in.
/// </summary>
internal sealed class CausalTrial(StudyCell cell, int prefix, CausalPlace place)
{
    /// <summary>The cell, and at a trigger the pole.</summary>
    public StudyCell Cell => cell;

    /// <summary>Layer of both cells.</summary>
    public int Layer => cell.Id.Layer;

    /// <summary>Index into the prefixes measured.</summary>
    public int Prefix => prefix;

    /// <summary>Where it is changed: at the last token, or at every one.</summary>
    public CausalPlace Place => place;

    /// <summary>What the cell's value promotes most, at the trigger's pole or the one it fires at here.</summary>
    public int Token { get; set; }

    /// <summary>The cell at the last token.</summary>
    public Firing Own { get; set; }

    /// <summary>The matched cell at the last token.</summary>
    public Firing Matched { get; set; }

    /// <summary>1/σ of the norm after the layer at the last token; 1 where there is none.</summary>
    public float PostScale { get; set; } = 1;

    /// <summary>The intact model's answer.</summary>
    public Outcome Intact { get; set; }

    /// <summary>The cell that a variant changes.</summary>
    public Firing Changed(Variant variant) => variant.OfMatched ? Matched : Own;
}

/// <summary>A cell's firing at one token.</summary>
/// <param name="Index">Cell within its layer.</param>
/// <param name="Coefficient">m.</param>
/// <param name="Size">|m|·‖v‖.</param>
internal readonly record struct Firing(int Index, float Coefficient, float Size);

/// <summary>One change: which of the two cells, to what.</summary>
internal readonly record struct Variant(bool OfMatched, Ablation Ablation)
{
    /// <summary>All there are; results are stored in this order.</summary>
    public static Variant[] All { get; } =
        [
            .. from matched in (bool[])[false, true] from ablation in Enum.GetValues<Ablation>() select new Variant(
                matched, ablation),
        ];

    /// <summary>Where it stands in <see cref="All"/>.</summary>
    public static int IndexOf(bool matched, Ablation ablation) => (matched ? All.Length / 2 : 0) + (int)ablation;
}

/// <summary>What a model answers at a prefix.</summary>
/// <param name="Logit">Logit of the trial's token.</param>
/// <param name="Probability">Its probability.</param>
/// <param name="Loss">−log p of the next token, nats; NaN where there is none.</param>
/// <param name="Best">The best token, ties to the smaller id.</param>
internal readonly record struct Outcome(float Logit, double Probability, double Loss, int Best)
{
    public static Outcome Of(ReadOnlySpan<float> logits, int token, int? next)
    {
        int best = 0;
        for (int t = 1; t < logits.Length; t++)
            if (logits[t] > logits[best])
                best = t;
        double sum = 0;
        foreach (float logit in logits) sum += Math.Exp((double)logit - logits[best]);
        double all = logits[best] + Math.Log(sum);
        return new(
            logits[token], Math.Exp(logits[token] - all), next is { } after ? all - logits[after] : double.NaN, best);
    }
}
