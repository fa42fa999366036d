using System.Text.Json.Serialization;
using Loci.Atlas;
using Loci.Atlas.Agreement;
using Loci.Atlas.Building;

namespace Loci.Views;

/// <summary>An atlas as a whole: <c>loci atlas build</c>.</summary>
/// <param name="Atlas">The file.</param>
/// <param name="Model">The model's name, as it was given to the build.</param>
/// <param name="ModelSha256">SHA-256 over the model's weights and config.</param>
/// <param name="Sentences">Sentences read.</param>
/// <param name="Prefixes">Prefixes seen, the same for every cell.</param>
/// <param name="SentencesCut">Sentences cut at the context length.</param>
/// <param name="CharactersReplaced">Invalid characters of the corpus that were replaced.</param>
/// <param name="Top">Triggers kept for each cell and pole.</param>
/// <param name="Run">What the build took; left out where nothing was built.</param>
/// <param name="Layers">Every layer, from 0.</param>
public sealed record AtlasView(
    string Atlas, string Model, string ModelSha256, long Sentences, long Prefixes, long SentencesCut,
    long CharactersReplaced, int Top,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] BuildRunView? Run,
    IReadOnlyList<LayerView> Layers)
{
    /// <summary>An atlas, and the build that wrote it, if it was just now.</summary>
    public static AtlasView Of(AtlasFile atlas, BuildReport? build = null)
    {
        var manifest = atlas.Manifest;
        var agreement = atlas.Agreement();
        return new(
            atlas.Path, manifest.Model, manifest.ModelHash, manifest.Sentences, manifest.Prefixes,
            manifest.SentencesCut,
            manifest.InvalidCharacters, manifest.Top, build is null ? null : BuildRunView.Of(build),
            [.. atlas.Layers.Select(layer => new LayerView(
                layer.Layer, layer.Cells, layer.Dead, layer.Disagreement,
                [.. agreement.Where(each => each.Layer == layer.Layer).Select(LayerAgreementView.Of)]))]);
    }
}

/// <summary>What a build took.</summary>
/// <param name="Seconds">Seconds in all.</param>
/// <param name="PrefixesPerSecond">Prefixes observed by this run a second of observing.</param>
/// <param name="ShareText">Share of the threads' time that reading and cutting text took.</param>
/// <param name="ShareForward">Share of the threads' time that forward passes took.</param>
/// <param name="ShareScan">Share of the threads' time that keeping triggers took.</param>
/// <param name="ShareOfTimeStoring">Share of all seconds that values and storing took.</param>
public sealed record BuildRunView(
    double Seconds, double PrefixesPerSecond, double ShareText, double ShareForward, double ShareScan,
    double ShareOfTimeStoring)
{
    internal static BuildRunView Of(BuildReport build)
    {
        var times = build.Times;
        return new(
            build.Seconds, build.ObserveSeconds > 0 ? build.NewPrefixes / build.ObserveSeconds : 0,
            Share(times.Text), Share(times.Forward), Share(times.Scan),
            build.Seconds > 0 ? 1 - build.ObserveSeconds / build.Seconds : 0);

        double Share(long part) => times.Text + times.Forward + times.Scan is > 0 and var all ? (double)part / all : 0;
    }
}

/// <summary>One layer of an atlas.</summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="Cells">Its cells.</param>
/// <param name="Dead">Cells that no prefix fired.</param>
/// <param name="ReadoutsDisagree">Share of cells whose raw and folded readouts predict different tokens.</param>
/// <param name="Agreement">Agreement of keys and values, by pole and readout.</param>
public sealed record LayerView(
    int Layer, int Cells, int Dead, double ReadoutsDisagree, IReadOnlyList<LayerAgreementView> Agreement);

/// <summary>Agreement of keys and values in one layer, at one pole, under one readout.</summary>
/// <param name="Pole"><c>positive</c> or <c>negative</c>.</param>
/// <param name="Readout"><c>raw</c> or <c>folded</c>.</param>
/// <param name="NextToken">The value's prediction came after the strongest trigger.</param>
/// <param name="Copy">The value's prediction is the last token of the strongest trigger itself.</param>
/// <param name="Precision">Mean over cells of the share of their triggers that the prediction came after.</param>
/// <param name="PrecisionAt50">The same over the first 50 triggers; null where fewer are kept.</param>
/// <param name="SignificantCells">Cells with q of 0.05 or less.</param>
public sealed record LayerAgreementView(
    string Pole, string Readout, AgreementTestView NextToken, AgreementTestView Copy, double Precision,
    [property: JsonPropertyName("precision_at_50")] double? PrecisionAt50, int SignificantCells)
{
    internal static LayerAgreementView Of(LayerAgreement agreement) => new(
        ViewNames.Of(agreement.Pole), ViewNames.Of(agreement.Readout), AgreementTestView.Of(agreement.Next),
        AgreementTestView.Of(agreement.Copy),
        agreement.Precision.Mean, agreement.Precision.Mean50, agreement.Precision.Significant);
}

/// <summary>A count of agreeing cells, with what chance gives: keys and values of the layer paired at random.</summary>
/// <param name="Cells">Cells counted.</param>
/// <param name="Agreeing">Cells that agree.</param>
/// <param name="Expected">How many would by chance.</param>
/// <param name="Z">Standard deviations above chance; null where chance does not vary.</param>
/// <param name="P">One-sided p under that chance.</param>
/// <param name="FrequencyBaseline">
/// Share that would agree if next tokens were drawn from the corpus; left out where it means nothing.
/// </param>
public sealed record AgreementTestView(
    int Cells, int Agreeing, double Expected, double? Z, double P,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? FrequencyBaseline)
{
    internal static AgreementTestView Of(AgreementTest test) =>
        new(test.Cells, test.Agreeing, test.Expected, test.Z, test.P, test.Frequency);
}
