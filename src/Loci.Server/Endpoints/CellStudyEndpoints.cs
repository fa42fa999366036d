using Loci.Atlas;
using Loci.Models;
using Loci.Server.Sharing;
using Loci.Studies;
using Loci.Studies.Cells;
using Loci.Studies.Patterns;
using Loci.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Loci.Server.Endpoints;

/// <summary>What is computed of one cell when it is asked for: the model runs over sentences of the atlas.</summary>
internal static class CellStudyEndpoints
{
    private const int Seed = 1, MostTriggers = 50, PatternTriggers = 50, Background = 2000;

    public static void MapCellStudies(this IEndpointRouteBuilder routes)
    {
        var cell = routes.MapGroup("/api/cells/{layer}/{cell}").AddEndpointFilter<AtlasTag>().WithTags("cell");
        cell.MapGet(
            "/triggers",
            Task<ShadedTriggersView> (
                Workbench workbench, string layer, string cell, int? limit, CancellationToken cancel) =>
                Run(workbench, layer, cell, of => Triggers(of, limit ?? 10), cancel))
            .WithSummary("The sentences of a cell's triggers, with how far it fires after every token.");
        cell.MapGet(
            "/bands",
            Task<CellBandsView> (Workbench workbench, string layer, string cell, CancellationToken cancel) => Run(
                workbench, layer, cell,
                of => CellBandsView.Of(
                    of.Cell, CellBands.Of(of.Model, of.Atlas, of.Cell, Seed, of.Compute),
                    Counterexamples.Of(of.Model, of.Atlas, of.Cell, of.Compute)),
                cancel))
            .WithSummary("What fires a cell from weakly to strongly, and counterexamples.");
        cell.MapGet(
            "/neighbours",
            Task<NeighboursView> (Workbench workbench, string layer, string cell, CancellationToken cancel) => Run(
                workbench, layer, cell,
                of => NeighboursView.Of(
                    of.Cell, CellNeighbours.Of(of.Model.Transformer, of.Cell, of.Compute.Cancellation), of.Model),
                cancel))
            .WithSummary("Cells with similar keys, and cells with similar values.");
        cell.MapGet(
            "/quadrants",
            Task<QuadrantsView> (Workbench workbench, string layer, string cell, CancellationToken cancel) => Run(
                workbench, layer, cell,
                of => QuadrantsView.Of(
                    of.Cell, GateQuadrants.Of(of.Model, of.Atlas, of.Cell, Seed, of.Compute)),
                cancel))
            .WithSummary("The four signs that selector and content of a gated cell have together.");
        // Long enough that people want to see it advance.
        cell.MapGet(
            "/causal", (HttpContext context, Workbench workbench, string layer, string cell) => Follow(
                context, workbench, layer, cell,
                (of, progress) => Causality(
                    of.Cell, of.Model, of.Atlas, of.Compute,
                    (done, total) => progress("taking the cell and its matches out", done, total))))
            .WithSummary("What happens when a cell is taken out, beside matched cells (events).");
        cell.MapGet(
            "/pattern", (HttpContext context, Workbench workbench, string layer, string cell) =>
                Follow(context, workbench, layer, cell, Pattern))
            .WithSummary("What its triggers have in common, tested on held-out text (events).");
    }

    /// <summary>What happens when a cell is taken out, beside matched cells.</summary>
    public static CausalityView Causality(
        CellId cell, Model model, AtlasFile atlas, Compute compute, Action<int, int>? progress = null) =>
        CausalityView.Of(
            cell, CellCausality.Of(model, atlas, cell, Seed, progress ?? ((_, _) => { }), compute), model);

    /// <summary>A cell, and what it is studied with.</summary>
    private sealed record Subject(CellId Cell, Model Model, AtlasFile Atlas, Workbench Workbench, Compute Compute);

    private static Task<T> Run<T>(
        Workbench workbench, string layer, string cell, Func<Subject, T> work, CancellationToken cancel)
    {
        var id = CellEndpoints.Id(layer, cell);
        return workbench.Run(
            (model, compute) =>
            {
                using var atlas = workbench.Atlas.Take();
                atlas.Value.Cell(id); // says so where there is none
                return work(new(id, model, atlas.Value, workbench, compute));
            },
            cancel);
    }

    private static Task Follow<T>(
        HttpContext context, Workbench workbench, string layer, string cell,
        Func<Subject, Action<string, long, long>, T> work) =>
        LongRun.Follow(
            context, (progress, cancel) => Run(workbench, layer, cell, of => work(of, progress), cancel),
            () => workbench.Runs.Waiting);

    private static ShadedTriggersView Triggers(Subject of, int limit)
    {
        var triggers = of.Atlas.Triggers(of.Cell).Take(Math.Clamp(limit, 1, MostTriggers)).ToArray();
        AtlasSentence[] sentences = [.. triggers.Select(of.Atlas.Sentence)];
        float[][] m = CellPass.Coefficients(of.Model, of.Cell, sentences, of.Compute);
        return new(
            of.Cell.ToString(),
            [
                .. triggers.Select((trigger, i) =>
                    ShadedSentenceView.Of(new(sentences[i], trigger.Position, m[i]))),
            ]);
    }

    private static CellPatternView Pattern(Subject of, Action<string, long, long> progress)
    {
        if (of.Atlas.Triggers(of.Cell).Count == 0)
            throw new LociException($"Nothing in the corpus fires {of.Cell}: it has no pattern.");
        var options = new StudyOptions
        {
            Seed = Seed, Threads = of.Compute.Threads, Cancellation = of.Compute.Cancellation,
            Progress = new ImmediateProgress<StudyProgress>(at => progress(at.Doing, at.Done, at.Total)),
        };
        var source = new StudySource(of.Model, of.Atlas, of.Workbench.StudyText(of.Model, of.Atlas, options));
        var parameters = new TriggerPatternParameters
        {
            Cells = [of.Cell], Triggers = PatternTriggers, Background = Background,
        };
        return CellPatternView.Of(TriggerPatterns.Run(source, parameters, options).Cells.Single());
    }
}
