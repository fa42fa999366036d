using Loci.Models;

namespace Loci.Editing;

/// <summary>What the lab tries, on any model.</summary>
public static class LabTrials
{
    /// <summary>Radii of L∞ balls for the size of the constraint.</summary>
    private static readonly double[] s_largest = [5e-4, 1e-3, 2e-3, 5e-3, 1e-2];

    /// <summary>Radii of L2 balls.</summary>
    private static readonly double[] s_euclidean = [0.25, 0.5, 1, 2, 4];

    /// <summary>
    /// Every method at its default layers; fine-tuning with and without its constraint, ROME with kept norms.
    /// </summary>
    public static IReadOnlyList<LabTrial> Methods(ModelSpec spec) =>
    [
        At("rome", new RomeEdit(), spec), At("memit", new MemitEdit(), spec), At("alphaedit", new AlphaEdit(), spec),
        At("rome, norm kept", new RomeEdit(), spec) with { Settings = Settings(new RomeEdit(), spec, keepsNorm: true) },
        At("tuning, constrained", new ConstrainedTuning(), spec),
        At("tuning, free", new ConstrainedTuning { Ball = WeightBall.None }, spec),
        At("delta", new DeltaRuleEdit(), spec), At("emmet", new EmmetEdit(), spec),
        At("memit, keys kept", new MemitEdit(KeepsEarlier: true), spec), At("ft-m", new TargetTuning(), spec),
    ];

    /// <summary>Those that are followed to the longest sequence.</summary>
    public static IReadOnlyList<string> Long { get; } =
        ["rome", "memit", "alphaedit", "rome, norm kept", "tuning, constrained"];

    /// <summary>Which block to train (first to last), its cells alone or the whole of it.</summary>
    public static IReadOnlyList<LabTrial> Blocks(ModelSpec spec) =>
    [
        .. from layer in Enumerable.Range(0, spec.Layers)
           from whole in (bool[])[false, true]
           select new LabTrial(
               $"block L{layer}, {(whole ? "whole" : "cells")}",
               new ConstrainedTuning { WholeBlock = whole, Ball = WeightBall.None },
               new EditSettings { Layers = [layer] }),
    ];

    /// <summary>How large the constraint is, against what is forgotten.</summary>
    public static IReadOnlyList<LabTrial> Constraints(ModelSpec spec) =>
    [
        .. s_largest.Select(radius => At(
            FormattableString.Invariant($"largest {radius}"), new ConstrainedTuning { Radius = radius, Steps = 80 },
                spec)),
        .. s_euclidean.Select(radius => At(
            FormattableString.Invariant($"euclidean {radius}"),
            new ConstrainedTuning { Ball = WeightBall.Euclidean, Radius = radius, Steps = 80 }, spec)),
    ];

    private static LabTrial At(string name, EditMethod method, ModelSpec spec) =>
        new(name, method, Settings(method, spec, keepsNorm: false));

    private static EditSettings Settings(EditMethod method, ModelSpec spec, bool keepsNorm) =>
        new() { Layers = EditSettings.LayersFor(method, spec.Layers), KeepsNorm = keepsNorm };
}
