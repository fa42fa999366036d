using Loci.Models;
using Loci.Models.Generation;
using Loci.Studies.Statistics;

namespace Loci.Editing;

/// <summary>
/// How well edits took, and what else they changed: efficacy, paraphrases, neighbours and their harmonic mean (Meng
/// et al.
/// 2022), by probability and by what the model says when it is left to itself, which is stricter (2502.11177).
/// Neighbours
/// are always compared with the stored base, never with a model that is edited already.
/// </summary>
public static class EditEvaluation
{
    private const int GeneratedTokens = 40;

    /// <summary>Measures a model against its base.</summary>
    /// <param name="baseModel">The base.</param>
    /// <param name="edited">The model with the edits of the cases.</param>
    /// <param name="cases">What was edited, and what it is judged by.</param>
    /// <param name="text">Held-out texts for perplexity; empty for none.</param>
    /// <param name="compute">Threads to use, and what ends it early.</param>
    /// <param name="progress">Told the cases that are done.</param>
    /// <exception cref="LociException">A case cannot be asked of the model.</exception>
    public static EvaluationResult Run(
        Model baseModel, Model edited, IReadOnlyList<EditCase> cases, IReadOnlyList<string>? text = null,
        Compute compute = default, IProgress<int>? progress = null)
    {
        var results = new List<CaseResult>();
        foreach (var one in cases)
        {
            results.Add(Judge(baseModel, edited, one, compute));
            progress?.Report(results.Count);
        }
        return new(
            results, Perplexity(baseModel, text ?? [], compute), Perplexity(edited, text ?? [], compute));
    }

    private static CaseResult Judge(Model baseModel, Model edited, EditCase one, Compute compute)
    {
        var (_, subject, target) = one.Request;
        string[] prompts = [one.Request.Prompt, .. one.Paraphrases];
        var wanted = Ask(edited, prompts.Select(prompt => (prompt, target)), compute);
        var former = one.Before is { } before
            ? Ask(edited, prompts.Select(prompt => (prompt, before)), compute) : null;
        var near = one.Neighbours.Select(n => (n.Prompt, n.Answer)).ToArray();
        var nearBase = Ask(baseModel, near, compute);
        var nearNow = Ask(edited, near, compute);
        var nearNew = Ask(edited, near.Select(n => (n.Prompt, target)), compute);
        // Of the neighbours that the base knew: what it did not know cannot be lost.
        int[] known = [.. Enumerable.Range(0, near.Length).Where(i => nearBase[i].Said)];
        bool[] fair = [.. one.Consequences.Select(c => IsFair(baseModel, c, compute))];
        return new(one.Id)
        {
            Efficacy = former is null ? null : wanted[0].LogProbability > former[0].LogProbability ? 1 : 0,
            EfficacySaid = wanted[0].Said ? 1 : 0,
            Paraphrases = former is null ? null
                : Share(Enumerable.Range(1, prompts.Length - 1).Select(i =>
                    wanted[i].LogProbability > former[i].LogProbability)),
            ParaphrasesSaid = Share(wanted.Skip(1).Select(answer => answer.Said)),
            Neighbours = Share(nearNow.Zip(nearNew, (now, other) => now.LogProbability > other.LogProbability)),
            NeighboursKept = Share(known.Select(i => nearNow[i].Said)),
            Consequences = Share(one.Consequences.Where((_, i) => fair[i])
                .Select(c => Says(edited, c.Prompt, c.Answers, compute))),
            FairConsequences = fair.Count(isFair => isFair),
            Fluency = one.Openings.Count == 0 ? null
                : one.Openings.Average(opening => Entropy(edited, opening, compute)),
            FluencyBefore = one.Openings.Count == 0 ? null
                : one.Openings.Average(opening => Entropy(baseModel, opening, compute)),
        };
    }

    /// <summary>The rule of RippleEdits: a consequence is asked only where the model knows what it rests on.</summary>
    private static bool IsFair(Model baseModel, Consequence consequence, Compute compute) =>
        Array.TrueForAll(
            Ask(baseModel, consequence.Conditions.Select(c => (c.Prompt, c.Answer)), compute), answer => answer.Said);

    private static bool Says(Model model, string prompt, IReadOnlyList<string> answers, Compute compute) =>
        Ask(model, answers.Select(answer => (prompt, answer)), compute).Any(answer => answer.Said);

    /// <summary>What a model gives for texts and how they go on.</summary>
    internal static AnswerScorer.Answer[] Ask(
        Model model, IEnumerable<(string Prompt, string Answer)> questions, Compute compute) =>
        AnswerScorer.Score(model.Transformer,
            [.. questions.Select(question =>
            {
                string prompt = question.Prompt.TrimEnd();
                int[] tokens = [.. model.Encode(prompt)];
                return new AnswerScorer.Question(
                    tokens, SubjectPlace.Continuation(model, prompt, tokens, question.Answer));
            })], compute);

    /// <summary>
    /// Weighted entropy of the bigrams and trigrams of what the model goes on with, bits (Zhang et al. 2018; weights
    /// as in
    /// Meng et al. 2022): a model that repeats itself has little.
    /// </summary>
    internal static double Entropy(Model model, string opening, Compute compute)
    {
        var prompt = model.Encode(opening);
        int[] said = Generator.Greedy(
            model, prompt, Math.Min(GeneratedTokens, (model.Spec.MostTokens ?? int.MaxValue) - prompt.Count), compute);
        return (2.0 / 3 * NGramEntropy(said, 2) + 4.0 / 3 * NGramEntropy(said, 3)) / 2;
    }

    private static double NGramEntropy(int[] tokens, int n)
    {
        var counts = Enumerable.Range(0, Math.Max(0, tokens.Length - n + 1))
            .GroupBy(i => string.Join(' ', tokens[i..(i + n)])).Select(group => (double)group.Count()).ToArray();
        double all = counts.Sum();
        return -counts.Sum(count => count / all * Math.Log2(count / all));
    }

    /// <summary>exp of the mean loss a token; null for no text.</summary>
    internal static double? Perplexity(Model model, IReadOnlyList<string> texts, Compute compute)
    {
        if (texts.Count == 0) return null;
        var workspace = new Workspace(model.Spec);
        double sum = 0;
        long tokens = 0;
        foreach (string text in texts)
        {
            int[] ids = [.. model.Encode(text).Take(model.Spec.MostTokens ?? int.MaxValue)];
            if (ids.Length < 2) continue;
            var (log, count) = AnswerScorer.Text(model.Transformer, ids, workspace, compute);
            sum += log;
            tokens += count;
        }
        return tokens == 0 ? null : Math.Exp(-sum / tokens);
    }

    private static double? Share(IEnumerable<bool> holds)
    {
        bool[] all = [.. holds];
        return all.Length == 0 ? null : (double)all.Count(h => h) / all.Length;
    }
}

/// <summary>One case: shares from 0 to 1; null where it asks nothing of the kind.</summary>
/// <param name="Id">The case.</param>
public sealed record CaseResult(string Id)
{
    /// <summary>P(new) &gt; P(before) at the prompt.</summary>
    public double? Efficacy { get; init; }

    /// <summary>The model says the target at the prompt.</summary>
    public double? EfficacySaid { get; init; }

    /// <summary>P(new) &gt; P(before), of paraphrases.</summary>
    public double? Paraphrases { get; init; }

    /// <summary>The model says the target, of paraphrases.</summary>
    public double? ParaphrasesSaid { get; init; }

    /// <summary>P(their answer) &gt; P(new), of neighbours.</summary>
    public double? Neighbours { get; init; }

    /// <summary>The model still says what the base rightly said, of the neighbours that the base knew.</summary>
    public double? NeighboursKept { get; init; }

    /// <summary>The model says what must follow, of the consequences that are fair to ask.</summary>
    public double? Consequences { get; init; }

    /// <summary>How many consequences are fair to ask.</summary>
    public int FairConsequences { get; init; }

    /// <summary>n-gram entropy of what it generates, bits.</summary>
    public double? Fluency { get; init; }

    /// <summary>The same of the base.</summary>
    public double? FluencyBefore { get; init; }
}

/// <summary>All cases together.</summary>
/// <param name="Cases">Each case.</param>
/// <param name="PerplexityBefore">Of the base on held-out text; null without one.</param>
/// <param name="PerplexityAfter">Of the edited model.</param>
public sealed record EvaluationResult(
    IReadOnlyList<CaseResult> Cases, double? PerplexityBefore, double? PerplexityAfter)
{
    /// <summary>The mean of a share over the cases that have it, with its interval over cases.</summary>
    public Estimate Mean(Func<CaseResult, double?> share)
    {
        double[] shares = [.. Cases.Select(share).OfType<double>()];
        return shares.Length == 0 ? Estimate.None : Estimate.MeanShare(shares, Units.Each(shares.Length));
    }

    /// <summary>S: the harmonic mean of efficacy, paraphrases and neighbours, by probability.</summary>
    public Estimate Score => Harmonic(c => c.Efficacy, c => c.Paraphrases, c => c.Neighbours);

    /// <summary>The same by what the model says.</summary>
    public Estimate ScoreSaid => Harmonic(c => c.EfficacySaid, c => c.ParaphrasesSaid, c => c.NeighboursKept);

    // Of means, with an interval by leaving out each case in turn (the jackknife).
    private Estimate Harmonic(params Func<CaseResult, double?>[] parts)
    {
        double[][] shares = [.. parts.Select(part => Cases.Select(c => part(c) ?? double.NaN).ToArray())];
        if (shares.Any(share => share.All(double.IsNaN))) return Estimate.None;
        double whole = Of(-1);
        int n = Cases.Count;
        double[] without = [.. Enumerable.Range(0, n).Select(Of)];
        if (n < 2 || without.Any(double.IsNaN)) return new(whole, double.NaN, double.NaN, n);
        double mean = without.Average();
        double half = 1.96 * Math.Sqrt((n - 1.0) / n * without.Sum(x => (x - mean) * (x - mean)));
        return new(whole, Math.Max(0, whole - half), Math.Min(1, whole + half), n);

        double Of(int leftOut)
        {
            double inverse = 0;
            foreach (double[] share in shares)
            {
                double[] kept = [.. share.Where((x, i) => i != leftOut && !double.IsNaN(x))];
                inverse += 1 / (kept.Length == 0 ? double.NaN : kept.Average());
            }
            return parts.Length / inverse;
        }
    }
}
