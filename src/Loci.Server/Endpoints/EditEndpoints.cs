using Loci.Atlas.Building;
using Loci.Editing;
using Loci.Models;
using Loci.Server.Sharing;
using Loci.Text;
using Loci.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Loci.Server.Endpoints;

/// <summary>
/// Facts written into the model: forecast, written into the journal, taken back in any order, and compared with the
/// base. The model itself is never written; the journal is, by who has the token that the page gets.
/// </summary>
internal static class EditEndpoints
{
    private const int MostPrompts = 40, MostForecastLayers = 64;

    public static void MapEdits(this IEndpointRouteBuilder routes)
    {
        var edits = routes.MapGroup("/api/edits").WithTags("edit");
        edits.MapGet("", WorkbenchEditsView (Workbench workbench) => Use(workbench, View))
            .WithSummary("The journal of the model, and the methods.");
        edits.MapPost(
            "/forecast", (HttpContext context, Workbench workbench, ForecastRequest request) => LongRun.Follow(
                context,
                (progress, cancel) => workbench.Run(
                    (model, compute) => Forecast(workbench, model, request, progress, compute), cancel),
                () => workbench.Runs.Waiting))
            .WithSummary("Solves an edit and says what it will do; nothing is written (events).");
        edits.MapPost(
            "/compare",
            Task<EditComparisonView> (Workbench workbench, CompareRequest request, CancellationToken cancel) =>
                workbench.Run((model, compute) => Compare(workbench, model, request, compute), cancel))
            .WithSummary("What the base says and what the edited model says: an edit, paraphrases, neighbours.");
        var writes = edits.MapGroup("").AddEndpointFilter<WriteToken>();
        writes.MapPost(
            "/apply", WorkbenchEditsView (Workbench workbench, ApplyRequest request) => Use(
                workbench, (_, model) => View(workbench, workbench.Edits.Apply(model, request.Plan, request.Note))))
            .WithSummary("Writes a forecast edit into the journal.");
        writes.MapPost(
            "/{number:int}/undo", WorkbenchEditsView (Workbench workbench, int number) => Use(
                workbench, (_, model) => View(workbench, workbench.Edits.Set(model, number, EditState.Undone))))
            .WithSummary("Takes an edit back, in any order.");
        writes.MapPost(
            "/{number:int}/redo", WorkbenchEditsView (Workbench workbench, int number) => Use(
                workbench, (_, model) => View(workbench, workbench.Edits.Set(model, number, EditState.Active))))
            .WithSummary("Brings an edit back.");
    }

    /// <summary>Solves an edit, keeps it, and says what it will do.</summary>
    /// <exception cref="LociException">The request cannot be, or its method needs what is not there.</exception>
    public static EditForecastView Forecast(
        Workbench workbench, Model model, ForecastRequest request, Action<string, long, long> progress,
        Compute compute)
    {
        var fact = Fact(request);
        var method = EditMethod.Named(request.Method);
        if (request.Layers is { Length: > MostForecastLayers })
            throw new NameException($"An edit writes {MostForecastLayers} layers at most.");
        var statistics = Statistics(workbench, model, method, progress, compute);
        progress("solving the edit", 0, 0);
        var of = Case(workbench, fact, request, compute);
        var plan = new Editor(model, workbench.Edits.Journal(model), statistics).Plan(
            [fact], method, new() { Layers = request.Layers, Seed = request.Seed }, [.. of.Probes], compute);
        progress("asking the model with the edit", 0, 0);
        return EditForecastView.Of(
            workbench.Edits.Keep(plan, of), plan, EditComparison.Of(model, plan.After, of, compute));
    }

    /// <summary>The journal.</summary>
    public static WorkbenchEditsView View(Workbench workbench, EditJournal journal) => new(
        workbench.Edits.Path, [.. EditMethod.All.Select(EditMethodView.Of)], JournalView.Of(journal).Edits);

    private static WorkbenchEditsView View(Workbench workbench, Model model) =>
        View(workbench, workbench.Edits.Journal(model));

    private static T Use<T>(Workbench workbench, Func<Workbench, Model, T> work)
    {
        using var model = workbench.TakeModel();
        return work(workbench, model.Value);
    }

    private static EditComparisonView Compare(
        Workbench workbench, Model model, CompareRequest request, Compute compute)
    {
        var journal = workbench.Edits.Journal(model);
        var entry = request.Edit is { } number
            ? journal[number]
            : throw new NameException("Name the edit to compare, by its number in the journal.");
        return EditComparison.Of(
            model, workbench.Edits.Edited(model), Case(workbench, entry.Requests[0], request, compute), compute);
    }

    private static EditRequest Fact(ForecastRequest request)
    {
        if (string.IsNullOrWhiteSpace(request.Prompt)) throw new NameException("Give the prompt that is answered.");
        if (string.IsNullOrWhiteSpace(request.Subject))
            throw new NameException("Give the subject, as it stands in the prompt.");
        if (string.IsNullOrWhiteSpace(request.Target)) throw new NameException("Give the new answer.");
        string target = char.IsWhiteSpace(request.Target[0]) ? request.Target : " " + request.Target;
        return new(request.Prompt.TrimEnd(), request.Subject.Trim(), target.TrimEnd());
    }

    // What a person gives takes the place of what is known.
    private static EditCase Case(Workbench workbench, EditRequest fact, CompareRequest request, Compute compute)
    {
        foreach (string[]? prompts in (string[]?[])[request.Paraphrases, request.Neighbours])
            if (prompts is { Length: > MostPrompts })
                throw new NameException($"Give {MostPrompts} paraphrases and as many neighbours at most.");
        var known = workbench.Options.EditCases?.Invoke(fact, compute) ?? new EditCase("", fact);
        return known with
        {
            Request = fact,
            Paraphrases = Given(request.Paraphrases) ?? known.Paraphrases,
            Neighbours = Given(request.Neighbours)?.Select(prompt => new PromptAnswer(prompt, "")).ToArray()
                ?? known.Neighbours,
        };
    }

    private static string[]? Given(string[]? prompts) => prompts is null
        ? null
        : [.. prompts.Where(prompt => !string.IsNullOrWhiteSpace(prompt))];

    // Gathered once over the atlas's text, and kept beside it.
    private static KeyStatistics? Statistics(
        Workbench workbench, Model model, EditMethod method, Action<string, long, long> progress, Compute compute)
    {
        string? path = workbench.Options.KeyStatistics;
        lock (workbench.Edits.Gathering)
        {
            if (path is not null && File.Exists(path)) return KeyStatistics.Load(path);
            if (!method.NeedsStatistics || path is null || workbench.Options.Corpus is not { } corpus) return null;
            using var atlas = workbench.Atlas.Take();
            var manifest = atlas.Value.Manifest;
            var reading = new AtlasOptions
            {
                Unit = Enum.Parse<SentenceUnit>(manifest.Unit, ignoreCase: true),
                MaxSentences = manifest.MaxSentences, Part = manifest.Part,
            };
            return new KeyStatisticsBuilder(
                model, corpus(), [.. Enumerable.Range(0, model.Spec.Layers)], reading).Build(
                path, compute, new ImmediateProgress<long>(tokens => progress(
                    "gathering statistics of keys, once", tokens, manifest.Prefixes)));
        }
    }
}
