using Loci.Models;
using Loci.Models.Generation;
using Loci.Server.Sharing;
using Loci.Studies;
using Loci.Tracing;
using Loci.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Loci.Server.Endpoints;

/// <summary>Fast-weight states of texts: what is still retrievable, forks, writing on, differences, erasures.</summary>
internal static class StateEndpoints
{
    private const int AnswerTokens = 12, TopTokens = 8;

    public static void MapStates(this IEndpointRouteBuilder routes)
    {
        var states = routes.MapGroup("/api/states").WithTags("state");
        states.MapGet("", TextStatesView (Workbench workbench) => new(
            [
                .. workbench.Texts.All.Select(each => new TextStateNameView(
                    each.Id, each.Parent, each.Text.Tokens.Count, Start(each.Text))),
            ]))
            .WithSummary("The texts whose states are kept.");
        states.MapPost(
            "", Task<TextStateView> (Workbench workbench, PromptRequest request, CancellationToken cancel) =>
                workbench.Run(request, (model, compute) => Keep(
                    workbench, KeptTexts.On(KeptText.Begin(model), request.Tokens(model), compute), null), cancel))
            .WithSummary("Reads a text and keeps its state.");
        states.MapGet(
            "/{id:int}", Task<TextStateView> (Workbench workbench, int id, CancellationToken cancel) =>
                workbench.Run((_, _) => View(workbench, id), cancel))
            .WithSummary("A state: tokens by heads, what is still retrievable.");
        states.MapPost(
            "/{id:int}/fork", Task<TextStateView> (Workbench workbench, int id, CancellationToken cancel) =>
                workbench.Run((_, _) => Keep(workbench, workbench.Texts[id].Text.Fork(), id), cancel))
            .WithSummary("An independent text at the same place.");
        states.MapPost(
            "/{id:int}/read",
            Task<TextStateView> (Workbench workbench, int id, PromptRequest request, CancellationToken cancel) =>
                workbench.Run((model, compute) => Change(
                    workbench, id, text => KeptTexts.On(text, More(request, model), compute)), cancel))
            .WithSummary("Goes on with a text.");
        states.MapPost(
            "/{id:int}/erase",
            Task<TextStateView> (Workbench workbench, int id, EraseRequest request, CancellationToken cancel) =>
                workbench.Run((_, _) => Change(workbench, id, text => Erase(text, request)), cancel))
            .WithSummary("Erases what a token wrote.");
        states.MapPost(
            "/{id:int}/ask",
            Task<StateAnswerView> (Workbench workbench, int id, PromptRequest request, CancellationToken cancel) =>
                workbench.Run((model, _) => Ask(workbench.Texts[id].Text, id, request, model), cancel))
            .WithSummary("What the model says after the text and a question; the text stays as it is.");
        states.MapGet(
            "/{a:int}/difference/{b:int}",
            Task<StateDifferenceView> (Workbench workbench, int a, int b, CancellationToken cancel) => workbench.Run(
                (_, _) => new StateDifferenceView(
                    a, b,
                    [
                        .. KeptText.Difference(workbench.Texts[a].Text, workbench.Texts[b].Text).Select(head =>
                            new HeadDifferenceView(head.Layer, head.Head, head.Distance, head.Cosine)),
                    ]), cancel))
            .WithSummary("How far two states lie apart.");
        states.MapDelete("/{id:int}", IResult (Workbench workbench, int id) =>
        {
            workbench.Texts.Remove(id);
            return Results.NoContent();
        }).WithSummary("Forgets a state.");
    }

    private static string Start(KeptText text) =>
        string.Concat(text.Tokens.Take(12).Select(token => TokenNames.Text(text.Model, token))).Trim();

    private static TextStateView Keep(Workbench workbench, KeptText text, int? parent) =>
        View(workbench, workbench.Texts.Add(text, parent));

    private static TextStateView View(Workbench workbench, int id)
    {
        var (parent, text) = workbench.Texts[id];
        return TextStateView.Of(id, parent, text);
    }

    private static TextStateView Change(Workbench workbench, int id, Func<KeptText, KeptText> change)
    {
        workbench.Texts.Replace(id, change(workbench.Texts[id].Text));
        return View(workbench, id);
    }

    private static KeptText Erase(KeptText text, EraseRequest request)
    {
        var fork = text.Fork();
        fork.Erase(
            request.Position,
            request.Layer is { } layer && request.Head is { } head ? (layer, head) : null);
        return fork;
    }

    // What begins a text stands before the first of it alone.
    private static IReadOnlyList<int> More(PromptRequest request, Model model) =>
        request.Ids is { } ids ? ids : model.RequireTokenizer().Encode(request.Prompt ?? "");

    private static StateAnswerView Ask(KeptText text, int id, PromptRequest request, Model model)
    {
        var session = text.Ask();
        var question = More(request, model);
        session.Read([.. question]);
        var outcome = SwitchOutcome.Of(session.Logits(), session.Logits(), 0);
        HashSet<int> ends = [.. model.Spec.EndOfSequence];
        if (model.Tokenizer?.EndOfSequence is { } end) ends.Add(end);
        var stream = new TokenStream(model, [.. text.Tokens, .. question], resumed: true);
        string made = string.Concat(session.Generate(Sampler.Greedy, AnswerTokens, ends).Select(stream.Next));
        return new(
            id, request.Prompt ?? "", [.. NextTokenView.Of(outcome, model).Top.Take(TopTokens)], made + stream.End());
    }
}
