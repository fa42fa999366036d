namespace Loci.Studies.Statistics;

/// <summary>The quartiles of a sample; NaN where it is empty.</summary>
/// <param name="First">First quartile.</param>
/// <param name="Median">Median.</param>
/// <param name="Third">Third quartile.</param>
public readonly record struct Quartiles(double First, double Median, double Third)
{
    /// <summary>
    /// Of any numbers without NaN, interpolated linearly between order statistics (type 7 of Hyndman and Fan 1996).
    /// </summary>
    public static Quartiles Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new(At(sorted, 0.25), At(sorted, 0.5), At(sorted, 0.75));
    }

    /// <summary>A quantile of ascending numbers, interpolated likewise; NaN where there is none.</summary>
    /// <param name="sorted">Ascending.</param>
    /// <param name="share">0 to 1.</param>
    public static double At(ReadOnlySpan<double> sorted, double share)
    {
        if (sorted.IsEmpty) return double.NaN;
        double at = share * (sorted.Length - 1);
        int below = (int)at;
        double rest = at - below;
        return rest == 0 ? sorted[below] : sorted[below] + rest * (sorted[below + 1] - sorted[below]);
    }
}
