using System.Globalization;
using Loci.Memory.Numerics;

namespace Worldlines.Learning;

/// <summary>
/// The mean of shares and its 95 % interval, within [0, 1]: Student's t on arcsin √share, where the spread hardly
/// depends on the share.
/// </summary>
public readonly record struct ShareInterval(double Mean, double Low, double High)
{
    public static ShareInterval Of(IReadOnlyCollection<double> shares)
    {
        var angles = Interval.Of([.. shares.Select(share => Math.Asin(Math.Sqrt(share)))]);
        // One share tells nothing about the scatter.
        return shares.Count == 1
            ? new(shares.Single(), 0, 1)
            : new(shares.Average(), Share(angles.Low), Share(angles.High));
    }

    public string Text =>
        string.Create(CultureInfo.InvariantCulture, $"{Mean:0.000} ({Low:0.000} to {High:0.000})");

    private static double Share(double angle) => Math.Pow(Math.Sin(Math.Clamp(angle, 0, Math.PI / 2)), 2);
}
