namespace Loci.Editing;

/// <summary>A prompt and an answer.</summary>
/// <param name="Prompt">The text up to the answer.</param>
/// <param name="Answer">The answer; the space before it may be left out.</param>
public sealed record PromptAnswer(string Prompt, string Answer)
{
    /// <summary>What it is about, as it stands in the prompt; null where the file does not say.</summary>
    public string? Subject { get; init; }
}

/// <summary>A question whose answer must follow from the edit.</summary>
/// <param name="Kind">«two hops», «inverse», «alias», «composition», …</param>
/// <param name="Prompt">The question.</param>
/// <param name="Answers">Answers that count.</param>
/// <param name="Conditions">
/// What the model must know before for the question to be fair (the rule of RippleEdits); those it does not are not
/// asked.
/// </param>
public sealed record Consequence(
    string Kind, string Prompt, IReadOnlyList<string> Answers, IReadOnlyList<PromptAnswer> Conditions);

/// <summary>An edit with all that it is judged by.</summary>
/// <param name="Id">Its name in the file it came from.</param>
/// <param name="Request">What to write.</param>
public sealed record EditCase(string Id, EditRequest Request)
{
    /// <summary>What was true before; null where the file does not say.</summary>
    public string? Before { get; init; }

    /// <summary>The same asked otherwise.</summary>
    public IReadOnlyList<string> Paraphrases { get; init; } = [];

    /// <summary>Facts near the edited one that must stay, with their answers.</summary>
    public IReadOnlyList<PromptAnswer> Neighbours { get; init; } = [];

    /// <summary>Neighbours that name their subject, as requests: what a forecast looks at.</summary>
    public IEnumerable<EditRequest> Probes =>
        from near in Neighbours where near.Subject is not null
        select new EditRequest(near.Prompt, near.Subject!, near.Answer);

    /// <summary>What must follow.</summary>
    public IReadOnlyList<Consequence> Consequences { get; init; } = [];

    /// <summary>Beginnings to generate from, for fluency.</summary>
    public IReadOnlyList<string> Openings { get; init; } = [];
}
