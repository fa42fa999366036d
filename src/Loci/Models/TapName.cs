using System.Globalization;

namespace Loci.Models;

/// <summary>A tap point of one layer, with the name people type: <c>layers.3.coefficients</c>, <c>logits</c>.</summary>
/// <param name="Point">The place.</param>
/// <param name="Layer">The block; for <see cref="TapPoint.Logits"/> it does not matter and is 0.</param>
public readonly record struct TapName(TapPoint Point, int Layer)
{
    private static readonly (TapPoint Point, string Name)[] s_layerPoints =
    [
        (TapPoint.ResidualBefore, "residual_before"),
        (TapPoint.Attention, "attention"),
        (TapPoint.ResidualMiddle, "residual_middle"),
        (TapPoint.FeedForwardInput, "feed_forward_input"),
        (TapPoint.Coefficients, "coefficients"),
        (TapPoint.FeedForward, "feed_forward"),
        (TapPoint.ResidualAfter, "residual_after"),
    ];

    /// <summary>Every tap of a model, in the order of the forward pass.</summary>
    public static IEnumerable<TapName> All(ModelSpec spec)
    {
        for (int layer = 0; layer < spec.Layers; layer++)
            foreach (var (point, _) in s_layerPoints)
                yield return new(point, layer);
        yield return new(TapPoint.Logits, 0);
    }

    /// <summary>Reads a comma-separated list; <c>*</c> stands for every layer or, alone, for every tap.</summary>
    /// <exception cref="LociException">A name is not a tap of this model.</exception>
    public static IReadOnlyList<TapName> ParseList(string list, ModelSpec spec)
    {
        var all = All(spec).ToArray();
        var found = new List<TapName>();
        foreach (string name in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var matches = all.Where(tap => name == "*" || Matches(tap.ToString(), name)).Except(found).ToArray();
            if (matches.Length == 0 && !all.Any(tap => Matches(tap.ToString(), name)))
                throw new LociException(
                    $"«{name}» is not a tap of this model. Taps are logits and layers.N.POINT with N = 0..{spec.Layers - 1} " +
                    $"or *, and POINT one of {string.Join(", ", s_layerPoints.Select(p => p.Name))}.");
            found.AddRange(matches);
        }
        return found.Count > 0 ? found : throw new LociException("The list of taps is empty; name at least one, such as logits.");
    }

    /// <summary>Floats in one row of the tap.</summary>
    public int RowLength(ModelSpec spec) => Point switch
    {
        TapPoint.Logits => spec.Vocabulary,
        TapPoint.Coefficients => spec.Blocks[Layer].Cells.Count,
        _ => spec.Width,
    };

    /// <inheritdoc/>
    public override string ToString()
    {
        if (Point == TapPoint.Logits) return "logits";
        var point = Point;
        string name = Array.Find(s_layerPoints, p => p.Point == point).Name;
        return string.Create(CultureInfo.InvariantCulture, $"layers.{Layer}.{name}");
    }

    private static bool Matches(string tap, string pattern) =>
        tap == pattern || (pattern.StartsWith("layers.*.", StringComparison.Ordinal)
            && tap.StartsWith("layers.", StringComparison.Ordinal)
            && tap[(tap.IndexOf('.', 7) + 1)..] == pattern["layers.*.".Length..]);
}
