using System.Globalization;
using Loci.Models;

namespace Loci.Editing;

/// <summary>
/// What edits do to a model whose facts are all known: single edits of many facts, and sequences of edits until the
/// model
/// breaks, by every method. A row is written as soon as it is measured; a run that was interrupted goes on after the
/// last.
/// </summary>
/// <param name="model">The base.</param>
/// <param name="cases">The facts it knows.</param>
/// <param name="statistics">Of its keys, every layer.</param>
/// <param name="prose">Held-out sentences without facts.</param>
/// <param name="table">The rows, and where they go.</param>
public sealed class EditingLab(
    Model model, WorldCases cases, KeyStatistics statistics, IReadOnlyList<string> prose, EditingTable table)
{
    private const int OtherFacts = 150; // of a single edit; all after a stretch of a sequence
    private const int MostJudged = 200; // edits of a sequence that are judged, drawn from all of it
    private const int SeedOfFacts = 1, SeedOfOthers = 2, SeedOfJudged = 3;

    private readonly double? _perplexity = EditEvaluation.Perplexity(model, prose, default);

    /// <summary>Single edits: each from the base, and forgotten again.</summary>
    /// <param name="trial">The method, with its name in the table.</param>
    /// <param name="count">How many facts.</param>
    /// <param name="compute">Threads to use, and what ends it early.</param>
    /// <param name="progress">Told the edits that are done.</param>
    public void Singles(LabTrial trial, int count, Compute compute, IProgress<int>? progress = null)
    {
        var drawn = cases.Draw(count, SeedOfFacts);
        for (int i = 0; i < drawn.Count; i++)
        {
            string[] key = ["single", trial.Name, "1", $"{i}"];
            if (table.Has(key)) continue;
            var journal = EditJournal.Of(model);
            var started = TryPlan(trial, journal, [drawn[i]], compute);
            var others = Sample(OtherFacts, i, [drawn[i].Id]);
            table.Add([.. key, drawn[i].Id, .. Measures(started, [drawn[i]], others, started?.After ?? model,
                compute)]);
            progress?.Report(i + 1);
        }
    }

    /// <summary>
    /// One sequence, each edit solved on top of the ones before it; measured at some lengths.
    /// </summary>
    /// <param name="trial">The method.</param>
    /// <param name="lengths">Lengths at which everything is measured, ascending.</param>
    /// <param name="draw">Which draw of the facts, from 0.</param>
    /// <param name="compute">Threads to use, and what ends it early.</param>
    /// <param name="progress">Told the edits that are done.</param>
    public void Sequence(
        LabTrial trial, IReadOnlyList<int> lengths, int draw, Compute compute, IProgress<int>? progress = null)
    {
        string[] Key(int length) => ["sequence", trial.Name, $"{length}", $"{draw}"];
        if (lengths.All(length => table.Has(Key(length)))) return;
        var drawn = cases.Draw(lengths[^1], SeedOfFacts, draw);
        var journal = EditJournal.Of(model);
        Model now = model;
        double growth = 1;
        int refused = 0;
        for (int i = 0; i < drawn.Count; i++)
        {
            if (TryPlan(trial, journal, [drawn[i]], compute) is { } plan)
            {
                // Only the entry's changes are needed from here on; what the journal sums is rounded once, as ever.
                journal = journal.Add(plan.Entry);
                now = plan.After;
                plan.Before.Dispose();
            }
            else refused++;
            progress?.Report(i + 1);
            if (!lengths.Contains(i + 1) || table.Has(Key(i + 1))) continue;
            growth = Growth(now, trial);
            EditCase[] done = [.. drawn.Take(i + 1)];
            var others = cases.AllBut(done.Select(one => one.Id).ToHashSet()).ToArray();
            Memory.Numerics.RandomStream.Of(SeedOfJudged, "edits that are judged", i).Shuffle(done);
            done = done[..Math.Min(MostJudged, done.Length)];
            table.Add(
            [
                .. Key(i + 1), $"refused {refused}",
                .. Measures(null, done, others, now, compute, growth),
            ]);
        }
    }

    private EditPlan? TryPlan(LabTrial trial, EditJournal journal, IReadOnlyList<EditCase> batch, Compute compute)
    {
        try
        {
            return new Editor(model, journal, statistics).Plan(
                [.. batch.Select(one => one.Request)], trial.Method, trial.Settings, null, compute);
        }
        catch (LociException)
        {
            return null; // counted: an edit that is refused, or that the model says already
        }
    }

    private IReadOnlyList<string> Measures(
        EditPlan? plan, IReadOnlyList<EditCase> done, IReadOnlyList<PromptAnswer> others, Model edited, Compute compute,
        double growth = double.NaN)
    {
        var result = EditEvaluation.Run(model, edited, done, [], compute);
        var kept = EditEvaluation.Ask(edited, others.Select(other => (other.Prompt, other.Answer)), compute);
        var forecast = plan?.Forecast?.Layers[^1];
        double?[] numbers =
        [
            Mean(c => c.Efficacy), Mean(c => c.EfficacySaid), Mean(c => c.Paraphrases), Mean(c => c.ParaphrasesSaid),
            Mean(c => c.Neighbours), Mean(c => c.NeighboursKept), (double)kept.Count(k => k.Said) / kept.Length,
            _perplexity, EditEvaluation.Perplexity(edited, prose, compute), plan?.Forecast?.Spill,
                forecast?.Denominator, forecast?.Norm,
            forecast?.Growth ?? growth,
        ];
        return [.. numbers.Select(n => n is { } x && !double.IsNaN(x)
            ? x.ToString("g6", CultureInfo.InvariantCulture) : "")];

        double? Mean(Func<CaseResult, double?> share)
        {
            double[] shares = [.. result.Cases.Select(share).OfType<double>()];
            return shares.Length == 0 ? null : shares.Average();
        }
    }

    // ‖W‖ of the edited layer against the base's.
    private double Growth(Model edited, LabTrial trial)
    {
        int layer = trial.Settings.Layers![^1];
        return Vectors.Norm(LayerKeys.Matrix(edited.Transformer, layer))
            / Vectors.Norm(LayerKeys.Matrix(model.Transformer, layer)) - 1;
    }

    private PromptAnswer[] Sample(int count, int part, IEnumerable<string> but)
    {
        var all = cases.AllBut(but.ToHashSet()).ToArray();
        Memory.Numerics.RandomStream.Of(SeedOfOthers, "other facts of an edit", part).Shuffle(all);
        return all[..Math.Min(count, all.Length)];
    }
}

/// <summary>A method under a name, as the lab's table has it.</summary>
/// <param name="Name">«rome, norm kept», …</param>
/// <param name="Method">The method.</param>
/// <param name="Settings">How its value is sought, with layers.</param>
public sealed record LabTrial(string Name, EditMethod Method, EditSettings Settings);
