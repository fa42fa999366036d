using Loci.Server.Sharing;
using Microsoft.AspNetCore.Http;

namespace Loci.Server.Endpoints;

/// <summary>What follows from the atlas alone has its hash for a tag: whoever has it already is told so.</summary>
internal sealed class AtlasTag(Workbench workbench) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (workbench.Atlas.Hash is not { } hash) return await next(context);
        var http = context.HttpContext;
        string tag = $"\"{hash}\"";
        if (http.Request.Headers.IfNoneMatch == tag) return Results.StatusCode(StatusCodes.Status304NotModified);
        object? result = await next(context);
        if (http.Response.HasStarted) return result; // events go as they come, and are not kept
        http.Response.Headers.ETag = tag;
        http.Response.Headers.CacheControl = "no-cache";
        return result;
    }
}
