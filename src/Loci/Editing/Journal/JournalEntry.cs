namespace Loci.Editing;

/// <summary>Whether an edit counts.</summary>
public enum EditState
{
    /// <summary>Its change is part of the weights.</summary>
    Active,

    /// <summary>It was taken back; redo brings it back.</summary>
    Undone,

    /// <summary>It is set aside; redo brings it back.</summary>
    Disabled,
}

/// <summary>One committed batch of edits: what was asked, how it was solved, and what it adds to the weights.</summary>
public sealed record JournalEntry
{
    /// <summary>Its number in the journal, from 1; stays with it for good.</summary>
    public required int Number { get; init; }

    /// <summary>What a person calls it, or empty.</summary>
    public string Name { get; init; } = "";

    /// <summary>Whether it counts.</summary>
    public EditState State { get; init; }

    /// <summary>What was asked.</summary>
    public required IReadOnlyList<EditRequest> Requests { get; init; }

    /// <summary>The method's name.</summary>
    public required string Method { get; init; }

    /// <summary>The method's settings and those of the value, by name.</summary>
    public IReadOnlyDictionary<string, double> Settings { get; init; } = new Dictionary<string, double>();

    /// <summary>The layers that were written.</summary>
    public required IReadOnlyList<int> Layers { get; init; }

    /// <summary>Numbers of the edits that were active when it was solved.</summary>
    public IReadOnlyList<int> SolvedOn { get; init; } = [];

    /// <summary>SHA-256 of the statistics it used, or empty.</summary>
    public string Statistics { get; init; } = "";

    /// <summary>Decides the contexts that were sampled.</summary>
    public int Seed { get; init; }

    /// <summary>When it was written.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>The author's note.</summary>
    public string Note { get; init; } = "";

    /// <summary>What the model gave for each request before. [requests]</summary>
    public IReadOnlyList<RequestScore> Before { get; init; } = [];

    /// <summary>What it gives with the edit. [requests]</summary>
    public IReadOnlyList<RequestScore> After { get; init; } = [];

    /// <summary>What is added to the weights, a tensor each.</summary>
    public required IReadOnlyList<TensorChange> Changes { get; init; }

    /// <summary>True where its change is part of the weights.</summary>
    public bool IsActive => State == EditState.Active;

    /// <summary>
    /// True of the same edit in another journal, whatever its number, name and state there. Time alone does not tell: a
    /// journal keeps seconds, and in one a fact can be solved twice.
    /// </summary>
    internal bool IsSame(JournalEntry other) =>
        Time == other.Time && Method == other.Method && Requests.SequenceEqual(other.Requests)
        && Changes.Count == other.Changes.Count
        && Changes.Zip(other.Changes).All(pair => pair.First.IsSame(pair.Second));

    /// <summary>Its name, or its first request.</summary>
    public string Title => Name.Length > 0 ? Name
        : Requests.Count == 1 ? $"{Requests[0]}" : $"{Requests[0]} and {Requests.Count - 1} more";
}

/// <summary>What a model gives for a request.</summary>
/// <param name="Probability">Of the whole target after the prompt.</param>
/// <param name="Said">What it says by itself, greedily, as long as the target.</param>
/// <param name="Taken">It says the target.</param>
public sealed record RequestScore(double Probability, string Said, bool Taken);
