using Microsoft.AspNetCore.Http;

namespace Loci.Server.Endpoints;

/// <summary>Server-sent events: a name and one line of JSON each, as they come.</summary>
internal sealed class EventStream
{
    private readonly HttpResponse _response;

    public EventStream(HttpContext context)
    {
        _response = context.Response;
        _response.ContentType = "text/event-stream";
        _response.Headers.CacheControl = "no-store";
    }

    /// <summary>Sends an event at once.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="json">One line.</param>
    /// <param name="cancel">Ends the sending.</param>
    public async Task Send(string name, ReadOnlyMemory<byte> json, CancellationToken cancel)
    {
        await _response.WriteAsync($"event: {name}\ndata: ", cancel);
        await _response.Body.WriteAsync(json, cancel);
        await _response.WriteAsync("\n\n", cancel);
        await _response.Body.FlushAsync(cancel);
    }
}
