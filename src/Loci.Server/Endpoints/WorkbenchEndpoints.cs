using Loci.Server.Sharing;
using Loci.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Loci.Server.Endpoints;

/// <summary>What is open, and how far it is.</summary>
internal static class WorkbenchEndpoints
{
    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(400);

    public static void MapWorkbench(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/workbench", WorkbenchView (Workbench workbench) => workbench.View)
            .WithTags("workbench").WithSummary("What is open.");
        routes.MapGet("/api/events", (HttpContext context, Workbench workbench) => Follow(context, workbench))
            .WithTags("workbench").WithSummary("What is open, whenever it changes, until the atlas is ready (events).");
    }

    private static async Task Follow(HttpContext context, Workbench workbench)
    {
        var events = new EventStream(context);
        var cancel = context.RequestAborted;
        byte[]? last = null;
        while (true)
        {
            byte[] now = ViewJson.WriteLine(workbench.View);
            if (last is null || !now.AsSpan().SequenceEqual(last)) await events.Send("workbench", now, cancel);
            last = now;
            if (workbench.Atlas.View.State != "building") break;
            await Task.Delay(s_between, cancel);
        }
        await events.Send("end", "{}"u8.ToArray(), cancel);
    }
}
