using Loci.Models;
using Loci.Server.Sharing;
using Loci.Tracing;
using Loci.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Loci.Server.Endpoints;

/// <summary>Maps of all cells.</summary>
internal static class MapEndpoints
{
    public static void MapMaps(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(
            "/api/map/{by}", async Task<MapView> (Workbench workbench, string by, CancellationToken cancel) =>
            {
                if (!CellMap.Kinds.Contains(by))
                    throw new NameException($"A map is coloured by {string.Join(", ", CellMap.Kinds)}, not by «{by}».");
                return MapView.Of(by, (await workbench.Atlas.Map(cancel)).Of(by));
            })
            .AddEndpointFilter<AtlasTag>().WithTags("atlas").WithSummary("One number of every cell.");
        routes.MapPost(
            "/api/effects", Task<MapView> (Workbench workbench, TraceRequest request, CancellationToken cancel) =>
                workbench.Run(request, (model, compute) => Effects(model, request, compute), cancel))
            .WithTags("prompt").WithSummary("What every cell adds to an answer, directly, in nats.");
    }

    private static MapView Effects(Model model, TraceRequest request, Compute compute)
    {
        var tap = Prompts.Tap(Prompts.Changes(request.Set, model));
        var run = PromptRun.Of(model.Transformer, request.Tokens(model), request.Position, compute, tap);
        var trace = PromptTrace.Of(
            run, Prompts.Token(request.Why, model, run.Logits), Prompts.Token(request.Not, model, run.Logits));
        return MapView.Of(
            "effect", [.. trace.Parts.Cells.Select(layer => layer.Select(each => (float)each).ToArray())]);
    }
}
