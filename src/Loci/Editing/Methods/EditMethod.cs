namespace Loci.Editing;

/// <summary>A way to write to the memories of training: a value, its settings in it.</summary>
public abstract record EditMethod
{
    /// <summary>Every method with its default settings, in the order the documentation shows them.</summary>
    public static IReadOnlyList<EditMethod> All { get; } =
    [
        new DeltaRuleEdit(), new RomeEdit(), new MemitEdit(), new EmmetEdit(), new AlphaEdit(),
        new ConstrainedTuning(), new TargetTuning(),
    ];

    /// <summary>What people type: «rome».</summary>
    public abstract string Name { get; }

    /// <summary>When to use it, in a sentence.</summary>
    public abstract string About { get; }

    /// <summary>True where it is solved with statistics of keys.</summary>
    public virtual bool NeedsStatistics => false;

    /// <summary>Its settings by name, as a journal keeps them.</summary>
    public abstract IReadOnlyDictionary<string, double> Settings { get; }

    /// <summary>The method with other numbers for some of its <see cref="Settings"/>.</summary>
    /// <param name="numbers">By name; what it has not stays.</param>
    public EditMethod With(IReadOnlyDictionary<string, double> numbers) =>
        With((name, now) => numbers.GetValueOrDefault(name, now));

    internal abstract EditMethod With(SettingOf number);

    /// <summary>The method an edit was solved with.</summary>
    /// <exception cref="LociException">There is none of its name.</exception>
    internal static EditMethod Of(JournalEntry entry) =>
        Named(entry.Method).With(entry.Settings);

    /// <summary>The method of a name.</summary>
    /// <exception cref="LociException">There is none.</exception>
    public static EditMethod Named(string name) => All.FirstOrDefault(method => method.Name == name)
        ?? throw new LociException(
            $"There is no method «{name}»; there are {string.Join(", ", All.Select(method => method.Name))}.");
}

/// <summary>A setting's number, or what it is now where nothing else was asked for.</summary>
internal delegate double SettingOf(string name, double now);

/// <summary>A method that finds a value by gradient and writes it by one closed formula.</summary>
public abstract record ClosedMethod : EditMethod
{
    /// <summary>True where a batch is solved as one; else its edits follow one another.</summary>
    public virtual bool IsJoint => false;

    /// <summary>The change of one layer.</summary>
    /// <exception cref="LociException">A denominator is too small.</exception>
    internal abstract LowRank Solve(LayerProblem problem);

    /// <summary>What a key is compared under: A of the formula, without earlier edits.</summary>
    internal abstract KeyMetric Metric(LayerProblem problem);
}

/// <summary>What is to be solved in one layer.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Statistics">Of its keys, or null.</param>
/// <param name="Keys">k*, one a request. Each [cells]</param>
/// <param name="Residuals">What each is to retrieve more. Each [width]</param>
/// <param name="Earlier">Keys of the active edits before. Each [cells]</param>
internal sealed record LayerProblem(
    int Layer, KeyStatistics? Statistics, IReadOnlyList<double[]> Keys, IReadOnlyList<double[]> Residuals,
    IReadOnlyList<double[]> Earlier)
{
    /// <summary>Length of a key.</summary>
    public int Cells => Keys[0].Length;

    /// <summary>The statistics.</summary>
    /// <exception cref="LociException">There are none.</exception>
    public KeyStatistics Required => Statistics
        ?? throw new LociException(
            "This method needs statistics of keys. «loci edit statistics MODEL --corpus FILE» gathers them.");
}
