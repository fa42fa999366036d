using Loci.Atlas;
using Loci.Server.Sharing;
using Loci.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Loci.Server.Endpoints;

/// <summary>The atlas: its layers, its cells, and search.</summary>
internal static class CellEndpoints
{
    private const int MostFound = 200;

    public static void MapCells(this IEndpointRouteBuilder routes)
    {
        var atlas = routes.MapGroup("/api").AddEndpointFilter<AtlasTag>().WithTags("atlas");
        atlas.MapGet("/atlas", AtlasView (Workbench workbench) => Read(workbench, file => AtlasView.Of(file)))
            .WithSummary("The atlas as a whole.");
        atlas.MapGet(
            "/search",
            SearchView (Workbench workbench, string q, int? limit, string? afterTrigger, string? afterValue) => Read(
                workbench,
                file => SearchView.Of(
                    file, file.Search(
                        q, Math.Clamp(limit ?? 20, 1, MostFound), new(Last(afterTrigger), Last(afterValue))))))
            .WithSummary("Cells whose triggers or value tokens contain a text; a page begins after the last's cells.");
        atlas.MapGet(
            "/cells/{layer}/{cell}", CellView (Workbench workbench, string layer, string cell) => Read(
                workbench, file => CellView.Of(file, Id(layer, cell))))
            .WithSummary("One cell: what fires it, what its value promotes, whether the two agree.");
    }

    /// <summary>An atlas to compare with: the same model over other text, or another checkpoint.</summary>
    public static void MapBeside(this IEndpointRouteBuilder routes)
    {
        var beside = routes.MapGroup("/api/beside").WithTags("compare");
        beside.MapGet("/atlas", AtlasView (Workbench workbench) => Read(workbench.Beside, file => AtlasView.Of(file)))
            .WithSummary("The other atlas as a whole.");
        beside.MapGet(
            "/cells/{layer}/{cell}", CellView (Workbench workbench, string layer, string cell) => Read(
                workbench.Beside, file => CellView.Of(file, Id(layer, cell))))
            .WithSummary("The same cell in the other atlas.");
    }

    /// <summary>The cell of a path: <c>L2/17</c>, or <c>L2/17-</c> for the negative pole.</summary>
    public static CellId Id(string layer, string cell) => CellId.TryParse($"{layer}/{cell}", out var id)
        ? id
        : throw new NotThereException(
            $"«{layer}/{cell}» is not a cell; cells are written L2/17, or L2/17- for the negative pole.");

    private static CellId? Last(string? cell) => cell is null ? null
        : CellId.TryParse(cell, out var id) ? id
        : throw new NameException($"«{cell}» is not a cell; a page begins after one such as L2/17.");

    private static T Read<T>(Workbench workbench, Func<AtlasFile, T> read) => Read(workbench.Atlas, read);

    private static T Read<T>(OpenAtlas opened, Func<AtlasFile, T> read)
    {
        using var atlas = opened.Take();
        return read(atlas.Value);
    }
}
