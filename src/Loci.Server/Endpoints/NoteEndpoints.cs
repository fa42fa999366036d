using Loci.Server.Hosting;
using Loci.Server.Sharing;
using Loci.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Loci.Server.Endpoints;

/// <summary>Lists and notes. Who writes needs the token that the page gets.</summary>
internal static class NoteEndpoints
{
    public static void MapNotes(this IEndpointRouteBuilder routes)
    {
        var notes = routes.MapGroup("/api/notes").WithTags("notes");
        notes.MapGet("", NotesView (Workbench workbench) => workbench.Notes.Read())
            .WithSummary("Lists of cells with notes.");
        notes.MapPut("", NotesView (Workbench workbench, NotesView view) => workbench.Notes.Write(view))
            .AddEndpointFilter<WriteToken>().WithSummary("Puts lists in the place of the old ones.");
    }
}

/// <summary>Lets those write who know the token that the page gets.</summary>
internal sealed class WriteToken(Workbench workbench) : IEndpointFilter
{
    /// <summary>The header that holds it.</summary>
    public const string Header = "X-Loci-Token";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        string? given = context.HttpContext.Request.Headers[Header];
        if (Guard.Same(given, workbench.WriteToken)) return await next(context);
        await Errors.Write(
            context.HttpContext, StatusCodes.Status403Forbidden,
            $"Writing needs the token of the page, as {Header}. Load the page again: the workbench was started anew.");
        return Results.Empty;
    }
}
