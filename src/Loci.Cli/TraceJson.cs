using System.Text.Json;
using Loci.Atlas;
using Loci.Models;
using Loci.Tracing;

namespace Loci.Cli;

/// <summary>A traced prompt as JSON. Contributions are in nats.</summary>
internal static class TraceJson
{
    private const int MostTriggers = 5;

    public static void Write(Utf8JsonWriter json, PromptTrace trace, Model model, AtlasFile? atlas, int top)
    {
        json.WriteStartObject();
        json.WriteStartArray("tokens");
        foreach (int token in trace.Run.Tokens) WriteToken(null, token);
        json.WriteEndArray();
        json.WriteNumber("position", trace.Run.Tokens.Count - 1);
        WriteToken("answer", trace.Answer);
        if (trace.Against is { } other) WriteToken("against", other);
        json.WriteNumber("logit", trace.Logit);
        json.WriteNumber("explained", trace.Explained);
        json.WriteNumber("soft_cap", model.Spec.LogitSoftCap);

        json.WriteStartArray("steps");
        foreach (var step in trace.Steps)
        {
            json.WriteStartObject();
            if (step.Layer >= 0) json.WriteNumber("layer", step.Layer);
            json.WriteString("after", step.Layer < 0 ? "embedding" : step.AfterFeedForward ? "feed_forward" : "attention");
            WriteToken("top", step.Top.Id);
            json.WriteNumber("top_logit", step.Top.Logit);
            json.WriteNumber("top_probability", step.TopProbability);
            json.WriteNumber("answer_rank", step.AnswerRank);
            json.WriteNumber("answer_logit", step.AnswerLogit);
            json.WriteNumber("answer_probability", step.AnswerProbability);
            json.WriteEndObject();
        }
        json.WriteEndArray();

        json.WriteStartObject("parts");
        json.WriteNumber("embedding", trace.Parts.Embedding);
        WriteNumbers("attention", trace.Parts.Attention);
        WriteNumbers("cells", trace.Parts.Cells.Select(layer => layer.Sum()));
        WriteNumbers("feed_forward_bias", trace.Parts.FeedForwardBias);
        json.WriteNumber("constant", trace.Parts.Constant);
        json.WriteEndObject();

        json.WriteNumber("firing_cells", trace.Cells.Count);
        WriteCells("cells_for", trace.For(top));
        WriteCells("cells_against", trace.Opposing(top));
        json.WriteEndObject();

        void WriteToken(string? name, int token)
        {
            if (name is null) json.WriteStartObject();
            else json.WriteStartObject(name);
            json.WriteNumber("id", token);
            json.WriteString("token", TokenText.Of(model, token));
            json.WriteEndObject();
        }

        void WriteNumbers(string name, IEnumerable<double> numbers)
        {
            json.WriteStartArray(name);
            foreach (double number in numbers) json.WriteNumberValue(number);
            json.WriteEndArray();
        }

        void WriteCells(string name, IEnumerable<CellContribution> cells)
        {
            json.WriteStartArray(name);
            foreach (var (cell, m, contribution) in cells)
            {
                json.WriteStartObject();
                json.WriteString("cell", cell.ToString());
                json.WriteNumber("contribution", contribution);
                json.WriteNumber("coefficient", m);
                json.WriteStartArray("promotes");
                foreach (var token in ValueProjection.Promoted(model.Transformer, cell, 5)) WriteToken(null, token.Id);
                json.WriteEndArray();
                if (atlas is not null)
                {
                    json.WriteStartArray("triggers");
                    foreach (var trigger in atlas.Triggers(cell).Take(MostTriggers)) AtlasJson.WriteTrigger(json, atlas, trigger);
                    json.WriteEndArray();
                }
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
    }
}
