namespace Loci.Editing;

/// <summary>How an edit's value is sought and its key read; the same for every closed method.</summary>
public sealed record EditSettings
{
    /// <summary>Layers to write, ascending; null for <see cref="LayersFor"/>.</summary>
    public IReadOnlyList<int>? Layers { get; init; }

    /// <summary>Most gradient steps for a value.</summary>
    public int Steps { get; init; } = 25;

    /// <summary>Length of a step, as a share of the stream's own length at the place that is edited.</summary>
    public double Rate { get; init; } = 0.1;

    /// <summary>A value is good enough at this loss, nats.</summary>
    public double Enough { get; init; } = 0.02;

    /// <summary>Weight of ‖δ‖² against the stream's.</summary>
    public double Decay { get; init; } = 0.05;

    /// <summary>Weight of the divergence on «{subject} is a», which is to stay what it was.</summary>
    public double Essence { get; init; } = 0.0625;

    /// <summary>‖δ‖ at most, as a multiple of the stream's length.</summary>
    public double Clamp { get; init; } = 2;

    /// <summary>Beginnings sampled from the model, beside the bare prompt.</summary>
    public int Contexts { get; init; } = 5;

    /// <summary>Most tokens of each.</summary>
    public int ContextLength { get; init; } = 10;

    /// <summary>
    /// Scales v* back to the length of the value it replaces (2602.02543), so that a sequence does not grow the
    /// weights.
    /// </summary>
    public bool KeepsNorm { get; init; }

    /// <summary>Decides the beginnings.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What a journal keeps of it, by name.</summary>
    public IReadOnlyDictionary<string, double> Numbers => new Dictionary<string, double>
    {
        ["value_steps"] = Steps, ["value_rate"] = Rate, ["value_enough"] = Enough, ["value_decay"] = Decay,
        ["value_essence"] = Essence, ["value_clamp"] = Clamp, ["contexts"] = Contexts,
        ["context_length"] = ContextLength, ["keeps_norm"] = KeepsNorm ? 1 : 0,
    };

    /// <summary>The settings that a journal kept.</summary>
    internal static EditSettings Of(JournalEntry entry) =>
        new EditSettings { Layers = entry.Layers, Seed = entry.Seed }
            .With(entry.Settings);

    /// <summary>The same with other numbers for some of <see cref="Numbers"/>.</summary>
    /// <param name="numbers">By name; what it has not stays.</param>
    public EditSettings With(IReadOnlyDictionary<string, double> numbers) =>
        With((name, now) => numbers.GetValueOrDefault(name, now));

    private EditSettings With(SettingOf number) => this with
    {
        Steps = (int)number("value_steps", Steps), Rate = number("value_rate", Rate),
        Enough = number("value_enough", Enough), Decay = number("value_decay", Decay),
        Essence = number("value_essence", Essence), Clamp = number("value_clamp", Clamp),
        Contexts = (int)number("contexts", Contexts), ContextLength = (int)number("context_length", ContextLength),
        KeepsNorm = number("keeps_norm", KeepsNorm ? 1 : 0) > 0,
    };

    /// <summary>
    /// The layers to write where none are named: one in the lower quarter, or for MEMIT the run of two to five that
    /// begins
    /// below it. «loci edit advise» measures which are best.
    /// </summary>
    /// <param name="method">The method.</param>
    /// <param name="layers">Layers of the model.</param>
    public static IReadOnlyList<int> LayersFor(EditMethod method, int layers)
    {
        int one = (layers - 1) / 4;
        if (method is not MemitEdit) return [one];
        int last = Math.Min(Math.Max(one, 1), layers - 1);
        return [.. Enumerable.Range(Math.Max(0, last - 4), Math.Min(5, last + 1))];
    }
}
