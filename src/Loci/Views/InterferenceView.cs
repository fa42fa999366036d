using System.Text.Json.Serialization;
using Loci.Memory.FastWeights;
using Loci.Memory.Numerics;

namespace Loci.Views;

/// <summary>
/// How the reads of one memory go wrong as it fills: <c>loci lab interference</c>, a list of them.
/// </summary>
/// <param name="Rule">The update rule, or <c>softmax</c>.</param>
/// <param name="Map">The feature map.</param>
/// <param name="Keys">How the keys lie to each other: <c>random</c>, <c>correlated</c> or <c>orthogonal</c>.</param>
/// <param name="DDot">Keys that can be orthogonal to each other; null: there is no limit.</param>
/// <param name="Points">One for each number of writes.</param>
public sealed record InterferenceView(
    string Rule, string Map, string Keys, int? DDot, IReadOnlyList<InterferencePointView> Points)
{
    /// <summary>A curve.</summary>
    /// <param name="rule">The rule's name.</param>
    /// <param name="map">The map's name.</param>
    /// <param name="keys">How the keys lie.</param>
    /// <param name="capacity">d_dot, or null.</param>
    /// <param name="points">What was measured.</param>
    public static InterferenceView Of(
        string rule, string map, string keys, int? capacity, IEnumerable<InterferencePoint> points) =>
        new(rule, map, keys, capacity, [.. points.Select(InterferencePointView.Of)]);
}

/// <summary>What came back after so many writes. Intervals are at 95 % over the draws, and left out of one.</summary>
/// <param name="N">Writes.</param>
/// <param name="Draws">Independent draws of keys, values and random features.</param>
/// <param name="Error">RMS error of the reads relative to the values: 0 exact, 1 what knowing nothing gives.</param>
/// <param name="ErrorLow">Lower end of its interval.</param>
/// <param name="ErrorHigh">Upper end of its interval.</param>
/// <param name="Nearest">Share of the reads whose nearest value is the right one.</param>
/// <param name="NearestLow">Lower end of its interval.</param>
/// <param name="NearestHigh">Upper end of its interval.</param>
public sealed record InterferencePointView(
    int N, int Draws, double Error,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? ErrorLow,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? ErrorHigh, double Nearest,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? NearestLow,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? NearestHigh)
{
    /// <summary>A point.</summary>
    public static InterferencePointView Of(InterferencePoint point)
    {
        var (errorLow, errorHigh) = Ends(point.Error, double.PositiveInfinity);
        var (nearestLow, nearestHigh) = Ends(point.Nearest, 1);
        return new(point.Count, point.Error.Count, point.Error.Mean, errorLow, errorHigh, point.Nearest.Mean,
            nearestLow, nearestHigh);
    }

    // An error is not negative and a share at most 1: neither is an end of its interval.
    private static (double? Low, double? High) Ends(Interval interval, double most) =>
        double.IsNaN(interval.Half)
            ? (null, null)
            : (Math.Max(0, interval.Low), Math.Min(most, interval.High));
}
