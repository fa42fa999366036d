using System.Text.Json;
using Loci.Models;
using Loci.Models.Generation;
using Loci.Server.Sharing;
using Loci.Tracing;
using Loci.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Loci.Server.Endpoints;

/// <summary>
/// Cells, layers and heads switched: the next token, and the text that is made, beside a matched control.
/// </summary>
internal static class SwitchEndpoints
{
    private const int MostTokens = 400;

    public static void MapSwitches(this IEndpointRouteBuilder routes)
    {
        var switches = routes.MapGroup("/api").WithTags("switch");
        switches.MapPost(
            "/switch", Task<SwitchView> (Workbench workbench, SwitchRequest request, CancellationToken cancel) =>
                workbench.Run(request, (model, compute) => Switch(model, request, compute), cancel))
            .WithSummary("What changes do to the next token, beside the same done to matched cells.");
        switches.MapPost(
            "/generate", (HttpContext context, Workbench workbench, GenerateRequest request) =>
                Generate(context, workbench, request))
            .WithSummary("Text made with and without changes, and under a control, token by token (events).");
    }

    public static SwitchView Switch(Model model, SwitchRequest request, Compute compute)
    {
        var changes = Prompts.Changes(request.Set, model);
        if (changes.Count == 0) throw new NameException("There is nothing to switch: give changes, such as L1/3=0.");
        return SwitchView.Of(
            SwitchRun.Of(model, request.Tokens(model), changes, request.Seed, compute), model);
    }

    private static async Task Generate(HttpContext context, Workbench workbench, GenerateRequest request)
    {
        var cancel = context.RequestAborted;
        var waiting = workbench.Runs.Enter(cancel);
        EventStream? events = null;
        if (!waiting.IsCompleted)
        {
            events = new(context);
            await events.Send(
                "waiting", JsonSerializer.SerializeToUtf8Bytes(workbench.Runs.Waiting, RequestJson.Default.Int32),
                cancel);
        }
        using var place = await waiting;
        using var model = workbench.TakeModel();
        try
        {
            var lanes = Lanes(workbench.Asked(request, model.Value), request, workbench.Runs.Compute(cancel));
            events ??= new(context);
            foreach (var piece in Pieces(lanes, Math.Clamp(request.MaxTokens, 1, MostTokens)))
            {
                cancel.ThrowIfCancellationRequested();
                await events.Send(
                    "piece", JsonSerializer.SerializeToUtf8Bytes(piece, RequestJson.Default.GeneratedPiece), cancel);
            }
            await events.Send("end", "{}"u8.ToArray(), cancel);
        }
        catch (LociException e) when (events is not null)
        {
            await events.Send("problem", ViewJson.WriteLine(new ErrorView(e.Message)), cancel);
        }
    }

    private sealed record Lane(string Name, IEnumerator<int> Made, TokenStream Text);

    private static List<Lane> Lanes(Model model, GenerateRequest request, Compute compute)
    {
        List<int> tokens = [.. request.Tokens(model)];
        HashSet<int> ends = [.. model.Spec.EndOfSequence];
        if (model.Tokenizer?.EndOfSequence is { } end) ends.Add(end);
        var changes = Prompts.Changes(request.Set, model);
        var control = Prompts.Changes(request.Control, model);
        List<Lane> lanes = [Begin("before", [])];
        if (changes.Count > 0) lanes.Add(Begin("after", changes));
        if (control.Count > 0) lanes.Add(Begin("control", control));
        return lanes;

        Lane Begin(string name, IReadOnlyList<CoefficientChange> under)
        {
            var session = new Session(model.Transformer, compute)
            {
                Tap = Prompts.Tap(under), Inside = CoefficientChange.Inside(under),
            };
            session.Read(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(tokens));
            var sampler = request.Temperature > 0
                ? Sampler.AtTemperature(request.Temperature, request.Seed)
                : Sampler.Greedy;
            return new(
                name, session.Generate(sampler, Math.Clamp(request.MaxTokens, 1, MostTokens), ends).GetEnumerator(),
                new(model, tokens, resumed: false));
        }
    }

    // A token of each text in turn, so that they grow side by side.
    private static IEnumerable<GeneratedPiece> Pieces(List<Lane> lanes, int most)
    {
        for (int made = 0; made < most; made++)
            foreach (var lane in lanes)
                if (lane.Made.MoveNext())
                    yield return new(lane.Name, lane.Made.Current, lane.Text.Next(lane.Made.Current));
        foreach (var lane in lanes)
            if (lane.Text.End() is { Length: > 0 } rest) yield return new(lane.Name, -1, rest);
    }
}
