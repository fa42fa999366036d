using Loci.Memory.Numerics;
using Loci.Models;

namespace Loci.Editing;

/// <summary>
/// Writes an edit to each layer in turn, and forgets it again: what causal tracing only hints at. Where a fact is read
/// is not always where it is best written (Hase et al. 2023, arXiv 2301.04213).
/// </summary>
public static class LayerTrials
{
    /// <summary>Tries every layer.</summary>
    /// <param name="model">The model.</param>
    /// <param name="request">The edit.</param>
    /// <param name="method">How to solve it.</param>
    /// <param name="statistics">Of keys, where the method needs them and for the spill on everyday text, or
    /// null.</param>
    /// <param name="draws">Draws of the contexts that its value is sought in, at least 2; intervals are over
    /// them.</param>
    /// <param name="seed">Decides the draws.</param>
    /// <param name="compute">Threads to use, and what ends it early.</param>
    /// <exception cref="LociException">The request cannot be asked of the model, or it says that already.</exception>
    public static IReadOnlyList<LayerTrial> Run(
        Model model, EditRequest request, ClosedMethod method, KeyStatistics? statistics, int draws, int seed,
        Compute compute = default)
    {
        SubjectPlace.Of(model, request); // refused here for all layers, not by each
        return [.. Enumerable.Range(0, model.Spec.Layers).Select(layer =>
            Try(model, request, method, statistics, layer, draws, seed, compute))];
    }

    private static LayerTrial Try(
        Model model, EditRequest request, ClosedMethod method, KeyStatistics? statistics, int layer, int draws,
        int seed, Compute compute)
    {
        var editor = new Editor(model, EditJournal.Of(model), statistics);
        var (probability, change, spill) = (new List<double>(), new List<double>(), new List<double>());
        int said = 0;
        string refusal = "";
        for (int draw = 0; draw < draws; draw++)
        {
            compute.Cancellation.ThrowIfCancellationRequested();
            try
            {
                var settings = new EditSettings
                {
                    Layers = [layer], Seed = RandomStream.Seed(seed, "contexts of a trial", draw),
                };
                var plan = editor.Plan([request], method, settings, null, compute);
                probability.Add(plan.Entry.After[0].Probability);
                change.Add(plan.Forecast!.Layers[0].Norm);
                if (double.IsFinite(plan.Forecast.Spill)) spill.Add(plan.Forecast.Spill);
                said += plan.Took ? 1 : 0;
                plan.After.Dispose();
            }
            catch (LociException e)
            {
                refusal = e.Message;
            }
        }
        return new(
            layer, said, draws, Interval.Of(probability), Interval.Of(change), Interval.Of(spill), refusal);
    }
}

/// <summary>An edit written to one layer.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Said">Draws after which the model says the new answer.</param>
/// <param name="Draws">All draws.</param>
/// <param name="Probability">Of the new answer; intervals are over the draws that were not refused.</param>
/// <param name="Change">‖ΔW‖ / ‖W‖.</param>
/// <param name="Spill">‖ΔW k‖ / ‖W k‖ on everyday text; of no values without statistics.</param>
/// <param name="Refusal">Why a draw was refused, or empty.</param>
public sealed record LayerTrial(
    int Layer, int Said, int Draws, Interval Probability, Interval Change, Interval Spill, string Refusal);
