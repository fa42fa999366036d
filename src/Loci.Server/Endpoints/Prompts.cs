using Loci.Models;
using Loci.Tracing;
using Loci.Views;

namespace Loci.Server.Endpoints;

/// <summary>Prompts and changes as requests name them.</summary>
internal static class Prompts
{
    private const int MostTokens = 4096; // of a prompt that is run for a page

    /// <summary>The tokens of a prompt.</summary>
    public static int[] Tokens(this PromptRequest request, Model model)
    {
        if (request.Prompt is null == request.Ids is null) throw new NameException("Give either a prompt or ids.");
        int[] tokens = request.Ids ?? [.. model.Encode(request.Prompt!)];
        if (tokens.Length == 0 && model.BeginOfSequence is { } begin) tokens = [begin];
        if (tokens.Length == 0) throw new NameException("There are no tokens to run.");
        if (tokens.Length > MostTokens)
            throw new NameException(
                $"The prompt has {tokens.Length:N0} tokens; the workbench takes {MostTokens:N0} at most.");
        return tokens;
    }

    /// <summary>The changes of a list; none: empty.</summary>
    public static IReadOnlyList<CoefficientChange> Changes(string? set, Model model) =>
        string.IsNullOrWhiteSpace(set) ? [] : CoefficientChange.ParseList(set, model.Spec);

    /// <summary>The changes as a tap; null where there are none.</summary>
    public static Tap? Tap(IReadOnlyList<CoefficientChange> changes) =>
        changes.Count == 0 ? null : CoefficientChange.Tap(changes);

    /// <summary>The one token that a person means; null where none is named.</summary>
    public static int? Token(string? name, Model model, ReadOnlySpan<float> logits) =>
        string.IsNullOrEmpty(name) ? null : TokenNames.Find(model, name, logits);
}
