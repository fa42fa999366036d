namespace Loci.Editing;

/// <summary>A method that trains weights on the facts, step by step.</summary>
public abstract record TrainedMethod : EditMethod
{
    /// <summary>Most steps.</summary>
    public abstract int Steps { get; init; }

    /// <summary>Adam's learning rate.</summary>
    public abstract double Rate { get; init; }

    /// <summary>How weights are kept near where they were.</summary>
    public abstract WeightBall Ball { get; init; }

    /// <summary>How large the ball is.</summary>
    public abstract double Radius { get; init; }

    /// <summary>True where the whole block is trained, not its feed-forward memory alone.</summary>
    public abstract bool WholeBlock { get; init; }

    /// <summary>True where only the target is learned; else the prompt's tokens too.</summary>
    public abstract bool TargetOnly { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> Settings => new Dictionary<string, double>
    {
        ["steps"] = Steps, ["rate"] = Rate, ["ball"] = (int)Ball, ["radius"] = Radius,
        ["whole_block"] = WholeBlock ? 1 : 0,
    };

    internal override EditMethod With(SettingOf number) => this with
    {
        Steps = (int)number("steps", Steps), Rate = number("rate", Rate),
        Ball = (WeightBall)(int)number("ball", (int)Ball), Radius = number("radius", Radius),
        WholeBlock = number("whole_block", WholeBlock ? 1 : 0) > 0,
    };
}

/// <summary>How far trained weights may go from where they were.</summary>
public enum WeightBall
{
    /// <summary>As far as they like.</summary>
    None,

    /// <summary>L∞: no weight changes by more than the radius.</summary>
    Largest,

    /// <summary>L2: all changes together are no longer than the radius.</summary>
    Euclidean,
}

/// <summary>
/// Constrained fine-tuning (Zhu et al. 2020, arXiv 2012.00363): the facts are learned by gradient steps, each followed
/// by the projection onto a ball around the weights as they were: min L(facts) s.t. ‖θ − θ₀‖ ≤ δ, in one block.
/// </summary>
public sealed record ConstrainedTuning : TrainedMethod
{
    /// <inheritdoc/>
    public override string Name => "tuning";

    /// <inheritdoc/>
    public override string About => "The seed paper's baseline; needs no statistics. Spills to neighbours.";

    /// <inheritdoc/>
    public override int Steps { get; init; } = 40;

    /// <inheritdoc/>
    public override double Rate { get; init; } = 1e-3;

    /// <inheritdoc/>
    public override WeightBall Ball { get; init; } = WeightBall.Largest;

    /// <inheritdoc/>
    public override double Radius { get; init; } = 2e-3;

    /// <inheritdoc/>
    public override bool WholeBlock { get; init; }

    /// <inheritdoc/>
    public override bool TargetOnly => false;
}

/// <summary>
/// FT-M: fine-tuning of one feed-forward memory on the target's tokens alone, the prompt masked (Zhang et al. 2024,
/// arXiv
/// 2401.01286): a plain baseline that is stronger than it looks.
/// </summary>
public sealed record TargetTuning : TrainedMethod
{
    /// <inheritdoc/>
    public override string Name => "ft-m";

    /// <inheritdoc/>
    public override string About => "A plain baseline: takes nearly always, spills more than the closed methods.";

    /// <inheritdoc/>
    public override int Steps { get; init; } = 40;

    /// <inheritdoc/>
    public override double Rate { get; init; } = 1e-3;

    /// <inheritdoc/>
    public override WeightBall Ball { get; init; }

    /// <inheritdoc/>
    public override double Radius { get; init; }

    /// <inheritdoc/>
    public override bool WholeBlock { get; init; }

    /// <inheritdoc/>
    public override bool TargetOnly => true;
}
