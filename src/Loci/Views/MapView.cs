namespace Loci.Views;

/// <summary>One number of every cell.</summary>
/// <param name="By">What it is.</param>
/// <param name="Layers">By layer, then by cell; null where a cell has none.</param>
public sealed record MapView(string By, IReadOnlyList<IReadOnlyList<float?>> Layers)
{
    private const int Digits = 4;

    /// <summary>Numbers, rounded to what a colour can show.</summary>
    /// <param name="by">What they are.</param>
    /// <param name="layers">NaN where a cell has none. [layers][cells]</param>
    public static MapView Of(string by, IReadOnlyList<IReadOnlyList<float>> layers) => new(
        by, [.. layers.Select(layer => layer.Select(Rounded).ToArray())]);

    private static float? Rounded(float value)
    {
        if (!float.IsFinite(value)) return null;
        if (value == 0) return 0;
        double scale = Math.Pow(10, Digits - 1 - Math.Floor(Math.Log10(Math.Abs((double)value))));
        double rounded = Math.Round(value * scale) / scale;
        return double.IsFinite(rounded) ? (float)rounded : value;
    }
}
