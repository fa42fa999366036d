using System.Text.Json.Serialization;
using Loci.Studies.Truth;

namespace Loci.Views;

/// <summary>The walk through a built-in model: <c>loci demo --world</c>.</summary>
/// <param name="Model">The model.</param>
/// <param name="Atlas">The atlas it leaves.</param>
/// <param name="Sentences">Sentences read.</param>
/// <param name="Prefixes">Prefixes seen.</param>
/// <param name="Questions">Questions asked, in wordings never seen.</param>
/// <param name="Right">Those answered rightly.</param>
/// <param name="Shallow">A cell for words; left out where there is none.</param>
/// <param name="Semantic">A cell for a topic, or for words of one; left out where there is none.</param>
/// <param name="Layers">What explains the cells, by layer and pole.</param>
/// <param name="Trace">One right answer, traced; left out where there is none.</param>
public sealed record DemoView(
    string Model, string Atlas, long Sentences, long Prefixes, int Questions, int Right,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ShownCellView? Shallow,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ShownCellView? Semantic,
    IReadOnlyList<ExplainedLayerView> Layers,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TraceView? Trace);

/// <summary>A cell that the walk shows.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Verdict">What explains its triggers: the name of one of the shares by layer.</param>
/// <param name="TopicPurity">Share of its triggers with the commonest topic.</param>
/// <param name="SuffixPurity">Share with the commonest last word.</param>
public sealed record ShownCellView(string Cell, string Verdict, double TopicPurity, double SuffixPurity)
{
    internal static ShownCellView? Of(TriggerExplanation? cell) =>
        cell is null
            ? null
            : new(
                cell.Cell.ToString(), cell.Verdict(WorldTour.Level).ToString().ToLowerInvariant(), cell.TopicPurity,
                cell.SuffixPurity[0]);
}

/// <summary>What explains the triggers of a layer's cells, as shares of those tested.</summary>
/// <param name="Layer">The layer, from 0.</param>
/// <param name="Pole"><c>positive</c> or <c>negative</c>.</param>
/// <param name="Nothing">Neither suffix nor topic.</param>
/// <param name="Suffix">The suffix, and not the topic.</param>
/// <param name="Topic">The topic, and not the suffix.</param>
/// <param name="Both">Each beyond the other.</param>
/// <param name="Inseparable">One of them, and which cannot be told.</param>
public sealed record ExplainedLayerView(
    int Layer, string Pole, double Nothing, double Suffix, double Topic, double Both, double Inseparable)
{
    internal static ExplainedLayerView Of(GroundTruthLayer layer, double level)
    {
        var shares = VerdictsView.Of(layer, level);
        return new(
            layer.Layer, ViewNames.Of(layer.Pole), shares.Nothing, shares.Suffix, shares.Topic, shares.Both,
            shares.Inseparable);
    }
}
