using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using Loci.Server.Hosting;
using Loci.Views;
using Microsoft.AspNetCore.Http;

namespace Loci.Server.Endpoints;

/// <summary>
/// Work that takes a while, as events: how many runs are before it, how far it is, and its result or what went wrong.
/// Whoever goes away ends it.
/// </summary>
internal static class LongRun
{
    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(150);

    /// <summary>Follows work to its end.</summary>
    /// <param name="context">Who asks.</param>
    /// <param name="work">The work; reports what it is doing, how far, and of how much.</param>
    /// <param name="waiting">How many runs wait.</param>
    public static async Task Follow<T>(
        HttpContext context, Func<Action<string, long, long>, CancellationToken, Task<T>> work, Func<int> waiting)
    {
        var cancel = context.RequestAborted;
        var events = new EventStream(context);
        var steps = Channel.CreateBounded<WorkProgress>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        if (waiting() is > 0 and var before) await Send("waiting", before, RequestJson.Default.Int32);
        var running = work((doing, done, total) => steps.Writer.TryWrite(new(doing, done, total)), cancel);
        try
        {
            while (!running.IsCompleted)
            {
                await Task.WhenAny(running, Task.Delay(s_between, cancel));
                if (steps.Reader.TryRead(out var at)) await Send("progress", at, RequestJson.Default.WorkProgress);
            }
            await events.Send("result", ViewJson.WriteLine(await running), cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            await events.Send("problem", ViewJson.WriteLine(new ErrorView(Errors.Of(e).Message)), cancel);
        }

        Task Send<TEvent>(string name, TEvent value, JsonTypeInfo<TEvent> type) =>
            events.Send(name, JsonSerializer.SerializeToUtf8Bytes(value, type), cancel);
    }
}
