using Loci.Models;
using Loci.Models.Blocks;
using Loci.Server.Sharing;
using Loci.Tracing;
using Loci.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Loci.Server.Endpoints;

/// <summary>One prompt: how its answer forms, what makes it, where its heads look.</summary>
internal static class PromptEndpoints
{
    private const int MostAttended = 192; // tokens whose patterns are sent: they grow with the square

    public static void MapPrompts(this IEndpointRouteBuilder routes)
    {
        var prompts = routes.MapGroup("/api").WithTags("prompt");
        prompts.MapPost(
            "/lens", Task<LensView> (Workbench workbench, PromptRequest request, CancellationToken cancel) =>
                workbench.Run(request, (model, compute) => Lens(model, request, compute), cancel))
            .WithSummary("What the model would answer after every token, read after every layer.");
        prompts.MapPost(
            "/trace", Task<TraceView> (Workbench workbench, TraceRequest request, CancellationToken cancel) =>
                workbench.Run(request, (model, compute) => Trace(workbench, model, request, compute), cancel))
            .WithSummary("How one answer forms, and which parts and cells make it.");
        prompts.MapPost(
            "/attention",
            Task<AttentionView> (Workbench workbench, AttentionRequest request, CancellationToken cancel) =>
                workbench.Run(request, (model, compute) => Attention(model, request, compute), cancel))
            .WithSummary("How the heads of a layer attend over a prompt.");
    }

    private static LensView Lens(Model model, PromptRequest request, Compute compute)
    {
        var tap = Prompts.Tap(Prompts.Changes(request.Set, model));
        return LensView.Of(PromptLens.Of(model.Transformer, request.Tokens(model), compute, tap), model);
    }

    public static TraceView Trace(Workbench workbench, Model model, TraceRequest request, Compute compute)
    {
        var (tokens, changes) = (request.Tokens(model), Prompts.Changes(request.Set, model));
        var run = PromptRun.Of(model.Transformer, tokens, request.Position, compute);
        var trace = PromptTrace.Of(
            run, Prompts.Token(request.Why, model, run.Logits), Prompts.Token(request.Not, model, run.Logits));
        if (request.Attribution && changes.Count > 0)
            throw new NameException("Attribution is of the model without changes; undo them first.");
        TraceSteering? steering = null;
        if (changes.Count > 0)
        {
            var steered = PromptRun.Of(
                model.Transformer, tokens, request.Position, compute, Prompts.Tap(changes));
            (steering, trace) = (new(changes, trace), PromptTrace.Of(steered, trace.Answer, trace.Against));
        }
        var attribution = request.Attribution ? CellAttribution.Of(trace, compute: compute) : null;
        using var atlas = workbench.Atlas.TryTake();
        return TraceView.Of(trace, model, atlas?.Value, Math.Clamp(request.Top, 1, 200), steering, attribution);
    }

    private static AttentionView Attention(
        Model model, AttentionRequest request, Compute compute)
    {
        var spec = model.Spec;
        if (request.Layer < 0 || request.Layer >= spec.Layers)
            throw new NameException($"There is no layer {request.Layer}: the model has 0 to {spec.Layers - 1}.");
        int[] tokens = request.Tokens(model);
        if (tokens.Length > MostAttended)
            throw new NameException(
                $"The prompt has {tokens.Length} tokens; attention is shown for {MostAttended} at most.");
        var tap = Prompts.Tap(Prompts.Changes(request.Set, model));
        var views = tokens.Select(token => TokenView.Of(model, token)).ToArray();
        if (spec.Blocks[request.Layer].Mixer is SoftmaxSpec softmax)
        {
            float[] patterns = Record(TapPoint.Patterns);               // [tokens, heads, keys]
            return new(request.Layer, views, [.. Enumerable.Range(0, softmax.Heads).Select(Of)], []);

            float[] Of(int head) =>
            [
                .. from row in Enumerable.Range(0, tokens.Length)
                   from key in Enumerable.Range(0, tokens.Length)
                   select MathF.Round(patterns[(row * softmax.Heads + head) * tokens.Length + key], 4),
            ];
        }
        var fast = (FastWeightSpec)spec.Blocks[request.Layer].Mixer;
        if (!fast.LearnedStrength) return new(request.Layer, views, [], []);
        float[] strengths = Record(TapPoint.Strengths);                 // [tokens, heads]
        return new(
            request.Layer, views, [],
            [
                .. Enumerable.Range(0, fast.Heads).Select(head => Enumerable.Range(0, tokens.Length)
                    .Select(row => MathF.Round(strengths[row * fast.Heads + head], 4)).ToArray()),
            ]);

        float[] Record(TapPoint point)
        {
            var pass = new Recording([new(point, request.Layer)]);
            pass.Run(model.Transformer, Batch.Of(tokens), tap, compute);
            return pass[point, request.Layer];
        }
    }
}
