using Loci.Atlas;
using Loci.Memory.Recall;

namespace Loci.Studies.Statistics;

/// <summary>Where a coefficient lies among all of its cell's, from the histogram of the atlas.</summary>
internal static class CoefficientPercentile
{
    /// <summary>
    /// Share of the corpus's prefixes, 0 to 1, that fire the cell less than the coefficient does, towards the pole
    /// meant. Bins are powers of two: within one, magnitudes are taken to be spread evenly as far as the cell's
    /// extremes, and at zero half of the bin counts.
    /// </summary>
    public static double Of(AtlasCell cell, double coefficient, Pole pole)
    {
        long count = cell.Statistics.Count;
        if (count == 0) return double.NaN;
        int bin = CoefficientBins.Of((float)coefficient);
        double below = WithinBin(cell, bin, coefficient) * cell.Histogram[bin];
        for (int b = 0; b < bin; b++) below += cell.Histogram[b];
        double share = below / count;
        return pole == Pole.Positive ? share : 1 - share;
    }

    /// <summary>Share of a bin that lies below a coefficient in it.</summary>
    private static double WithinBin(AtlasCell cell, int bin, double coefficient)
    {
        if (bin == CoefficientBins.Zero) return 0.5;
        var (lower, upper) = CoefficientBins.Magnitudes(bin);
        bool positive = bin > CoefficientBins.Zero;
        double extreme = positive ? cell.Statistics.Max : -cell.Statistics.Min;
        upper = Math.Min(upper, Math.Max(lower, extreme));
        double share = upper > lower ? Math.Clamp((Math.Abs(coefficient) - lower) / (upper - lower), 0, 1) : 0.5;
        return positive ? share : 1 - share;
    }
}
