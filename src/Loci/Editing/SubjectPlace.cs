using Loci.Models;

namespace Loci.Editing;

/// <summary>A request as the model reads it: the tokens of its prompt and target, and where the subject ends.</summary>
/// <param name="Prompt">Tokens of the prompt, what the model's convention puts before it included.</param>
/// <param name="Target">Tokens of the target, at least one.</param>
/// <param name="Last">Row of the subject's last token in the prompt.</param>
/// <param name="Bare">The prompt without what the convention puts before it starts at this row: 0 or 1.</param>
internal sealed record SubjectPlace(int[] Prompt, int[] Target, int Last, int Bare)
{
    /// <summary>Reads a request.</summary>
    /// <exception cref="LociException">
    /// The subject is not in the prompt, the target is empty, a word is unknown to the model, or it is all too long.
    /// </exception>
    public static SubjectPlace Of(Model model, EditRequest request)
    {
        var tokenizer = model.RequireTokenizer();
        string subject = request.Subject.Trim(), prompt = request.Prompt.TrimEnd();
        if (subject.Length == 0) throw new LociException("The subject is empty.");
        int start = prompt.LastIndexOf(subject, StringComparison.Ordinal);
        if (start < 0)
            throw new LociException($"The subject «{subject}» is not in the prompt «{prompt}».");
        if (string.IsNullOrWhiteSpace(request.Target)) throw new LociException("The target is empty.");
        int[] tokens = [.. model.Encode(prompt)];
        int bare = model.BeginOfSequence is not null ? 1 : 0;
        int[] target = Continuation(model, prompt, tokens, request.Target);
        RequireKnown(model, request.Target, target);
        RequireKnown(model, subject, [.. tokenizer.Encode(subject)]);
        if (model.Spec.MostTokens is { } most && tokens.Length + target.Length > most)
            throw new LociException(
                $"«{prompt}» and its target have {tokens.Length + target.Length} tokens, more than the model's context "
                + $"of {most}.");
        return new(tokens, target, LastRow(model, prompt, start + subject.Length, tokens, bare), bare);
    }

    /// <summary>
    /// The tokens of what follows a prompt: those that the whole has beyond the prompt's, where the prompt's own tokens
    /// stay as they are; else those of the text alone.
    /// </summary>
    public static int[] Continuation(Model model, string prompt, int[] tokens, string target)
    {
        string text = char.IsWhiteSpace(target[0]) ? target : " " + target;
        int[] whole = [.. model.Encode(prompt + text)];
        return whole.Length > tokens.Length && whole.AsSpan(0, tokens.Length).SequenceEqual(tokens)
            ? whole[tokens.Length..]
            : [.. model.RequireTokenizer().Encode(text)];
    }

    // The fewest tokens whose text reaches the subject's end, spaces aside: tokenizers put them where they like.
    private static int LastRow(Model model, string prompt, int end, int[] tokens, int bare)
    {
        string wanted = WithoutSpaces(prompt[..end]);
        for (int count = bare + 1; count <= tokens.Length; count++)
        {
            string said = WithoutSpaces(model.RequireTokenizer().Decode(tokens.AsSpan(bare, count - bare)));
            if (said.Length >= wanted.Length && said.StartsWith(wanted, StringComparison.Ordinal)) return count - 1;
        }
        // A tokenizer that changes the text (cases, accents): count the tokens of the text up to there.
        return Math.Clamp(model.Encode(prompt[..end]).Count, bare + 1, tokens.Length) - 1;
    }

    private static string WithoutSpaces(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    private static void RequireKnown(Model model, string text, int[] tokens)
    {
        if (tokens.Length == 0 || tokens.Any(token => token == model.RequireTokenizer().Unknown))
            throw new LociException(
                $"The model's vocabulary has no word for a part of «{text.Trim()}»: it cannot be edited.");
    }
}
