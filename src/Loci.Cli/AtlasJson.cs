using System.Text.Json;
using Loci.Atlas;
using Loci.Atlas.Agreement;
using Loci.Atlas.Building;
using Loci.Memory.Recall;

namespace Loci.Cli;

/// <summary>Atlases and their cells as JSON.</summary>
internal static class AtlasJson
{
    public static void WriteSummary(Utf8JsonWriter json, AtlasFile atlas, BuildReport? report)
    {
        var manifest = atlas.Manifest;
        json.WriteStartObject();
        json.WriteString("atlas", atlas.Path);
        json.WriteString("model", manifest.Model);
        json.WriteString("model_sha256", manifest.ModelHash);
        json.WriteNumber("sentences", manifest.Sentences);
        json.WriteNumber("prefixes", manifest.Prefixes);
        json.WriteNumber("sentences_cut", manifest.SentencesCut);
        json.WriteNumber("characters_replaced", manifest.InvalidCharacters);
        json.WriteNumber("top", manifest.Top);
        if (report is not null)
        {
            json.WriteStartObject("run");
            json.WriteNumber("seconds", report.Seconds);
            json.WriteNumber("prefixes_per_second", report.ObserveSeconds > 0 ? report.NewPrefixes / report.ObserveSeconds : 0);
            json.WriteNumber("share_text", Share(report.Times.Text, report.Times));
            json.WriteNumber("share_forward", Share(report.Times.Forward, report.Times));
            json.WriteNumber("share_scan", Share(report.Times.Scan, report.Times));
            json.WriteNumber("share_of_time_storing", report.Seconds > 0 ? 1 - report.ObserveSeconds / report.Seconds : 0);
            json.WriteEndObject();
        }
        json.WriteStartArray("layers");
        foreach (var layer in atlas.Layers)
        {
            json.WriteStartObject();
            json.WriteNumber("layer", layer.Layer);
            json.WriteNumber("cells", layer.Cells);
            json.WriteNumber("dead", layer.Dead);
            json.WriteNumber("readouts_disagree", layer.Disagreement);
            json.WriteStartArray("agreement");
            foreach (var agreement in atlas.Agreement().Where(a => a.Layer == layer.Layer)) WriteAgreement(json, agreement);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteCell(Utf8JsonWriter json, AtlasFile atlas, CellId id)
    {
        var cell = atlas.Cell(id);
        var statistics = cell.Statistics;
        json.WriteStartObject();
        json.WriteString("cell", id.ToString());
        json.WriteStartArray("triggers");
        foreach (var trigger in cell.Triggers(id.Pole)) WriteTrigger(json, atlas, trigger);
        json.WriteEndArray();
        WriteTokens(json, atlas, "promotes", Promoted(cell.Value.Folded, id.Pole));
        WriteTokens(json, atlas, "suppresses", Suppressed(cell.Value.Folded, id.Pole));
        WriteTokens(json, atlas, "promotes_raw", Promoted(cell.Value.Raw, id.Pole));
        WriteTokens(json, atlas, "suppresses_raw", Suppressed(cell.Value.Raw, id.Pole));
        json.WriteStartObject("value");
        json.WriteNumber("norm", cell.Value.Norm);
        json.WriteNumber("probability", cell.Value.Folded.At(id.Pole).Probability);
        json.WriteNumber("z", cell.Value.Folded.At(id.Pole).ZScore);
        json.WriteEndObject();
        json.WriteStartArray("agreement");
        foreach (var agreement in atlas.Agreement(id))
        {
            json.WriteStartObject();
            json.WriteString("readout", Name(agreement.Readout));
            json.WriteNumber("prediction", agreement.Token);
            if (agreement.Next is { } next) json.WriteBoolean("next_token", next);
            else json.WriteNull("next_token");
            json.WriteBoolean("copy", agreement.Copy);
            json.WriteNumber("agreeing", agreement.Agreeing);
            json.WriteNumber("counted", agreement.Counted);
            json.WriteNumber("p", agreement.P);
            json.WriteNumber("q", agreement.Q);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("statistics");
        json.WriteNumber("prefixes", statistics.Count);
        json.WriteNumber("positive", statistics.Positive);
        json.WriteNumber("negative", statistics.Negative);
        json.WriteNumber("firing_rate", statistics.FiringRate(id.Pole));
        json.WriteNumber("mean", statistics.Mean);
        json.WriteNumber("variance", statistics.Variance);
        json.WriteNumber("max", statistics.Max);
        json.WriteNumber("min", statistics.Min);
        json.WriteBoolean("dead", statistics.Dead(atlas.Manifest.Spec.Gated));
        json.WriteStartArray("histogram");
        foreach (long count in cell.Histogram) json.WriteNumberValue(count);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void WriteTrigger(Utf8JsonWriter json, AtlasFile atlas, Trigger trigger)
    {
        var sentence = atlas.Sentence(trigger);
        json.WriteStartObject();
        json.WriteNumber("coefficient", trigger.Coefficient);
        json.WriteNumber("sentence", trigger.Sentence);
        json.WriteNumber("position", trigger.Position);
        json.WriteString("text", TokenText.Prefix(sentence, trigger.Position));
        if (sentence.NextToken(trigger.Position) is { } next) json.WriteString("next", atlas.Token(next).Text);
        else json.WriteNull("next");
        json.WriteEndObject();
    }

    /// <summary>Tokens that a value promotes at a pole, strongest first; at the negative pole the value acts as −v.</summary>
    public static IEnumerable<ScoredToken> Promoted(ValueReadout readout, Pole pole) => Acting(readout.At(pole).Tokens, pole);

    /// <summary>Tokens that a value suppresses at a pole, strongest first: those it promotes at the other, with the logits of this one.</summary>
    public static IEnumerable<ScoredToken> Suppressed(ValueReadout readout, Pole pole) =>
        Acting(readout.At(pole == Pole.Positive ? Pole.Negative : Pole.Positive).Tokens, pole);

    // 0 − x and x + 0 are never −0.
    private static IEnumerable<ScoredToken> Acting(IEnumerable<ScoredToken> tokens, Pole pole) =>
        tokens.Select(token => token with { Logit = pole == Pole.Positive ? token.Logit + 0 : 0 - token.Logit });

    private static void WriteTokens(Utf8JsonWriter json, AtlasFile atlas, string name, IEnumerable<ScoredToken> tokens)
    {
        json.WriteStartArray(name);
        foreach (var token in tokens)
        {
            json.WriteStartObject();
            json.WriteNumber("id", token.Id);
            json.WriteString("token", atlas.Token(token.Id).Text);
            json.WriteNumber("logit", token.Logit);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteAgreement(Utf8JsonWriter json, LayerAgreement agreement)
    {
        json.WriteStartObject();
        json.WriteString("pole", agreement.Pole == Pole.Positive ? "positive" : "negative");
        json.WriteString("readout", Name(agreement.Readout));
        WriteTest("next_token", agreement.Next);
        WriteTest("copy", agreement.Copy);
        json.WriteNumber("precision", agreement.Precision.Mean);
        if (agreement.Precision.Mean50 is { } at50) json.WriteNumber("precision_at_50", at50);
        else json.WriteNull("precision_at_50");
        json.WriteNumber("significant_cells", agreement.Precision.Significant);
        json.WriteEndObject();

        void WriteTest(string name, AgreementTest test)
        {
            json.WriteStartObject(name);
            json.WriteNumber("cells", test.Cells);
            json.WriteNumber("agreeing", test.Agreeing);
            json.WriteNumber("expected", test.Expected);
            if (test.Z is { } z) json.WriteNumber("z", z);
            else json.WriteNull("z");
            json.WriteNumber("p", test.P);
            if (test.Frequency is { } frequency) json.WriteNumber("frequency_baseline", frequency);
            json.WriteEndObject();
        }
    }

    private static string Name(Readout readout) => readout == Readout.Raw ? "raw" : "folded";

    private static double Share(long part, BuildTimes all) =>
        all.Text + all.Forward + all.Scan is > 0 and var total ? (double)part / total : 0;
}
