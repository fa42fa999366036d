using System.Text.Json.Serialization;
using Loci.Editing;
using Loci.Studies.Statistics;

namespace Loci.Views;

/// <summary>Edits that were solved: <c>loci edit</c>.</summary>
/// <param name="Journal">The journal's path.</param>
/// <param name="Written">They are in the journal.</param>
/// <param name="Took">The model says every target by itself.</param>
/// <param name="Edits">The edits.</param>
/// <param name="Forecasts">For each edit its layers' forecasts; an empty list for trained edits.</param>
/// <param name="Texts">Paraphrases and neighbours that are known, and what the model says.</param>
public sealed record EditView(
    string Journal, bool Written, bool Took, IReadOnlyList<JournalEntryView> Edits,
    IReadOnlyList<IReadOnlyList<LayerForecastView>> Forecasts, IReadOnlyList<EditedText> Texts)
{
    /// <summary>Plans as a view.</summary>
    public static EditView Of(
        IReadOnlyList<EditPlan> plans, string journal, bool written, IReadOnlyList<EditedText> texts) => new(
        journal, written, plans.All(plan => plan.Took), [.. plans.Select(plan => JournalEntryView.Of(plan.Entry))],
        [.. plans.Select(plan => (IReadOnlyList<LayerForecastView>)
            [.. plan.Forecast?.Layers.Select(LayerForecastView.Of) ?? []])], texts);
}

/// <summary>A layer's forecast.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Denominator">kᵀA⁻¹k, the least.</param>
/// <param name="ChangeNorm">‖ΔW‖ / ‖W‖.</param>
/// <param name="Growth">‖W + ΔW‖ / ‖W‖ − 1.</param>
/// <param name="Everyday">‖ΔW k‖ / ‖W k‖ over everyday text; null without statistics.</param>
/// <param name="Neighbours">The same for the keys of neighbours; null without any.</param>
/// <param name="Earlier">The same for the keys of earlier edits; null without any.</param>
public sealed record LayerForecastView(
    int Layer, double Denominator, double ChangeNorm, double Growth, double? Everyday, double? Neighbours,
    double? Earlier)
{
    internal static LayerForecastView Of(LayerForecast layer) => new(
        layer.Layer, layer.Denominator, layer.Norm, layer.Growth, Known(layer.Everyday), Known(layer.Neighbours),
        Known(layer.Earlier));

    private static double? Known(double number) => double.IsFinite(number) ? number : null;
}

/// <summary>A journal: <c>loci edit list</c>.</summary>
/// <param name="Model">What the base was called.</param>
/// <param name="BaseSha256">Its identity.</param>
/// <param name="Edits">The edits in the order they are summed.</param>
public sealed record JournalView(string Model, string BaseSha256, IReadOnlyList<JournalEntryView> Edits)
{
    /// <summary>A journal as a view.</summary>
    public static JournalView Of(EditJournal journal) =>
        new(journal.BaseName, journal.BaseIdentity, [.. journal.Entries.Select(JournalEntryView.Of)]);
}

/// <summary>One edit of a journal: <c>loci edit show</c>.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Name">Its name, or empty.</param>
/// <param name="State">active, undone or disabled.</param>
/// <param name="Requests">What was asked.</param>
/// <param name="Method">The method.</param>
/// <param name="Layers">The layers that were written.</param>
/// <param name="SolvedOn">The edits that were active when it was solved.</param>
/// <param name="Time">When it was written.</param>
/// <param name="Note">The author's note.</param>
/// <param name="Before">What the model gave for each request before.</param>
/// <param name="After">What it gives with the edit.</param>
/// <param name="Changes">The tensors it changes, with the length of each change.</param>
public sealed record JournalEntryView(
    int Number, string Name, string State, IReadOnlyList<EditRequest> Requests, string Method,
    IReadOnlyList<int> Layers, IReadOnlyList<int> SolvedOn, DateTimeOffset Time, string Note,
    IReadOnlyList<RequestScore> Before, IReadOnlyList<RequestScore> After, IReadOnlyList<TensorChangeView> Changes)
{
    /// <summary>An edit as a view.</summary>
    public static JournalEntryView Of(JournalEntry entry) => new(
        entry.Number, entry.Name, EditJournal.Word(entry.State), entry.Requests, entry.Method, entry.Layers,
        entry.SolvedOn, entry.Time, entry.Note, entry.Before, entry.After,
        [.. entry.Changes.Select(change => new TensorChangeView(
            change.Tensor, change.Norm(), change.Factors?.Terms.Count))]);
}

/// <summary>A changed tensor.</summary>
/// <param name="Tensor">Its name.</param>
/// <param name="Norm">‖Δ‖.</param>
/// <param name="Rank">Ranks of the change; left out where every number was trained.</param>
public sealed record TensorChangeView(
    string Tensor, double Norm, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Rank);

/// <summary>How edits took: <c>loci edit evaluate</c>. Each number with its 95 % interval over edits.</summary>
/// <param name="Cases">Edits judged.</param>
/// <param name="Measures">The measures.</param>
/// <param name="PerplexityBefore">Of the base on held-out text; null without one.</param>
/// <param name="PerplexityAfter">Of the edited model.</param>
public sealed record EditEvaluationView(
    int Cases, IReadOnlyList<EditMeasureView> Measures, double? PerplexityBefore, double? PerplexityAfter)
{
    /// <summary>A result as a view.</summary>
    public static EditEvaluationView Of(EvaluationResult result) => new(
        result.Cases.Count, [.. EditMeasureView.All(result)], result.PerplexityBefore, result.PerplexityAfter);
}

/// <summary>One measure.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="Value">From 0 to 1; null where no case asks for it.</param>
/// <param name="Low">Lower end of its interval; null of fewer than two cases.</param>
/// <param name="High">Upper end.</param>
public sealed record EditMeasureView(string Name, double? Value, double? Low, double? High)
{
    /// <summary>The measures in the order they are shown.</summary>
    public static IEnumerable<EditMeasureView> All(EvaluationResult result) =>
    [
        Of("efficacy", result.Mean(c => c.Efficacy)), Of("efficacy_said", result.Mean(c => c.EfficacySaid)),
        Of("paraphrases", result.Mean(c => c.Paraphrases)),
        Of("paraphrases_said", result.Mean(c => c.ParaphrasesSaid)),
        Of("neighbours", result.Mean(c => c.Neighbours)), Of("neighbours_kept", result.Mean(c => c.NeighboursKept)),
        Of("consequences", result.Mean(c => c.Consequences)), Of("score", result.Score),
        Of("score_said", result.ScoreSaid),
    ];

    private static EditMeasureView Of(string name, Estimate estimate) =>
        new(name, Known(estimate.Value), Known(estimate.Low), Known(estimate.High));

    private static double? Known(double number) => double.IsFinite(number) ? number : null;
}

/// <summary>Where a fact is read: <c>loci edit advise</c>.</summary>
/// <param name="Clean">Probability of the answer's first token.</param>
/// <param name="Corrupted">The same with noise on the subject.</param>
/// <param name="Restored">What each layer brings back, from layer 0 up.</param>
/// <param name="Trials">The edit written to each layer alone; empty without one.</param>
public sealed record EditAdviceView(
    double Clean, MeanView Corrupted, IReadOnlyList<MeanView> Restored, IReadOnlyList<LayerTrialView> Trials)
{
    /// <summary>Advice as a view.</summary>
    public static EditAdviceView Of(LayerAdvice advice, IReadOnlyList<LayerTrial> trials) => new(
        advice.Clean, MeanView.Of(advice.Corrupted), [.. advice.Restored.Select(MeanView.Of)],
        [.. trials.Select(LayerTrialView.Of)]);
}

/// <summary>An edit written to one layer alone.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Said">Draws after which the model says the new answer.</param>
/// <param name="Draws">All draws of contexts.</param>
/// <param name="Probability">Of the new answer; null where every draw was refused.</param>
/// <param name="ChangeNorm">‖ΔW‖ / ‖W‖; null likewise.</param>
/// <param name="Everyday">‖ΔW k‖ / ‖W k‖ over everyday text; null without statistics too.</param>
/// <param name="Refusal">Why a draw was refused, or empty.</param>
public sealed record LayerTrialView(
    int Layer, int Said, int Draws, MeanView? Probability, MeanView? ChangeNorm, MeanView? Everyday, string Refusal)
{
    internal static LayerTrialView Of(LayerTrial trial) => new(
        trial.Layer, trial.Said, trial.Draws, MeanView.Known(trial.Probability), MeanView.Known(trial.Change),
        MeanView.Known(trial.Spill), trial.Refusal);
}

/// <summary>A mean with half the width of its 95 % interval.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Half">Half the width; null of a single value.</param>
public sealed record MeanView(double Mean, double? Half)
{
    internal static MeanView? Known(Loci.Memory.Numerics.Interval interval) =>
        interval.Count == 0 ? null : Of(interval);

    internal static MeanView Of(Loci.Memory.Numerics.Interval interval) => new(
        interval.Mean, double.IsFinite(interval.Half) ? interval.Half : null);
}
