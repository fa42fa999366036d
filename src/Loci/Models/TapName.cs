using System.Globalization;
using Loci.Models.Blocks;

namespace Loci.Models;

/// <summary>A tap point of one layer, with the name people type: <c>layers.3.coefficients</c>, <c>logits</c>.</summary>
/// <param name="Point">The place.</param>
/// <param name="Layer">The block; for <see cref="TapPoint.Logits"/> it does not matter and is 0.</param>
public readonly record struct TapName(TapPoint Point, int Layer)
{
    private static readonly (TapPoint Point, string Name)[] s_layerPoints =
    [
        (TapPoint.ResidualBefore, "residual_before"),
        (TapPoint.Queries, "queries"),
        (TapPoint.Keys, "keys"),
        (TapPoint.Values, "values"),
        (TapPoint.Strengths, "strengths"),
        (TapPoint.Patterns, "patterns"),
        (TapPoint.HeadOutputs, "head_outputs"),
        (TapPoint.Attention, "attention"),
        (TapPoint.ResidualMiddle, "residual_middle"),
        (TapPoint.FeedForwardInput, "feed_forward_input"),
        (TapPoint.Coefficients, "coefficients"),
        (TapPoint.FeedForward, "feed_forward"),
        (TapPoint.ResidualAfter, "residual_after"),
    ];

    /// <summary>
    /// Every tap of a model whose rows have a fixed length, in the order of the forward pass: all but
    /// <see cref="TapPoint.Patterns"/>, which are asked for by name.
    /// </summary>
    public static IEnumerable<TapName> All(ModelSpec spec) =>
        WithPatterns(spec).Where(tap => tap.Point != TapPoint.Patterns);

    /// <summary>Refuses a tap that the model does not have, or whose rows have no fixed length.</summary>
    /// <exception cref="LociException">With the layers or taps there are.</exception>
    public void Require(ModelSpec spec)
    {
        if (Point != TapPoint.Logits && (Layer < 0 || Layer >= spec.Layers))
            throw new LociException($"There is no {this}: the model has {spec.Layers} layers, 0 to {spec.Layers - 1}.");
        if (!All(spec).Contains(this))
        {
            int layer = Layer;
            throw new LociException(
                $"There is no {this} with rows of a fixed length; there are "
                + $"{string.Join(", ", All(spec).Where(tap => tap.Layer == layer))}.");
        }
    }

    private static IEnumerable<TapName> WithPatterns(ModelSpec spec)
    {
        for (int layer = 0; layer < spec.Layers; layer++)
            foreach (var (point, _) in s_layerPoints)
                if (Has(spec.Blocks[layer].Mixer, point)) yield return new(point, layer);
        yield return new(TapPoint.Logits, 0);
    }

    private static bool Has(MixerSpec mixer, TapPoint point) => point switch
    {
        TapPoint.Patterns => mixer is SoftmaxSpec,
        TapPoint.Strengths => mixer is FastWeightSpec { LearnedStrength: true },
        _ => true,
    };

    /// <summary>Reads a comma-separated list; <c>*</c> stands for every layer or, alone, for every tap.</summary>
    /// <exception cref="LociException">A name is not a tap of this model.</exception>
    public static IReadOnlyList<TapName> ParseList(string list, ModelSpec spec)
    {
        var all = WithPatterns(spec).ToArray();
        var found = new List<TapName>();
        foreach (string name in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var matches = all.Where(tap => name == "*" ? tap.Point != TapPoint.Patterns : Matches(tap.ToString(), name))
                .Except(found).ToArray();
            if (matches.Length == 0 && !all.Any(tap => Matches(tap.ToString(), name)))
                throw new LociException(
                    $"«{name}» is not a tap of this model. Taps are logits and layers.N.POINT with N = "
                        + $"0..{spec.Layers - 1} " +
                    $"or *, and POINT one of {string.Join(", ", s_layerPoints.Select(p => p.Name))}.");
            found.AddRange(matches);
        }
        return found.Count > 0
            ? found
            : throw new LociException("The list of taps is empty; name at least one, such as logits.");
    }

    /// <summary>What a pass must be asked for, that this tap is called.</summary>
    public AttentionTaps Needs => Point switch
    {
        TapPoint.Queries or TapPoint.Keys or TapPoint.Values or TapPoint.Strengths or TapPoint.HeadOutputs =>
            AttentionTaps.Heads,
        TapPoint.Patterns => AttentionTaps.Patterns,
        _ => AttentionTaps.None,
    };

    /// <summary>
    /// Floats in one row of the tap; of a pattern, which is longer the more keys there are, for one key.
    /// </summary>
    public int RowLength(ModelSpec spec) => Point switch
    {
        TapPoint.Queries => spec.Blocks[Layer].Mixer is SoftmaxSpec list
            ? list.QueryWidth
            : ((FastWeightSpec)spec.Blocks[Layer].Mixer).KeyWidth,
        TapPoint.Keys =>
            spec.Blocks[Layer].Mixer is SoftmaxSpec list
                ? list.KeyWidth
                : ((FastWeightSpec)spec.Blocks[Layer].Mixer).KeyWidth,
        TapPoint.Values =>
            spec.Blocks[Layer].Mixer is SoftmaxSpec list
                ? list.KeyWidth
                : ((FastWeightSpec)spec.Blocks[Layer].Mixer).ValueWidth,
        TapPoint.Strengths => ((FastWeightSpec)spec.Blocks[Layer].Mixer).Heads,
        TapPoint.Patterns => ((SoftmaxSpec)spec.Blocks[Layer].Mixer).Heads,
        TapPoint.HeadOutputs =>
            spec.Blocks[Layer].Mixer is SoftmaxSpec list
                ? list.QueryWidth
                : ((FastWeightSpec)spec.Blocks[Layer].Mixer).ValueWidth,
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
