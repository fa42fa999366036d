namespace Loci.Training.Labs.Retrieval;

/// <summary>
/// The least loss of setting 1. The answers to all S keys of a sequence, one a row, are a product φ(q)·W, or that with
/// its rows scaled: a matrix of rank d_dot at most. They should be a permutation matrix, whose singular values are all
/// 1, so by Eckart and Young Σ‖v* − v̂‖² ≥ S − d_dot and the mean loss is at least ½(1 − d_dot/S): for every rule that
/// reads a matrix, whatever is trained.
/// </summary>
internal static class CapacityFloor
{
    /// <summary>NaN for softmax attention, whose memory grows with the pairs.</summary>
    public static double Of(LabModel model, int symbols) =>
        model.Features is { } features ? Of(features, symbols) : double.NaN;

    public static double Of(int features, int symbols) => Math.Max(0, (1 - (double)features / symbols) / 2);
}
