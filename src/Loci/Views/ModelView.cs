using System.Text.Json;
using System.Text.Json.Serialization;
using Loci.Models;
using Loci.Models.Blocks;

namespace Loci.Views;

/// <summary>What a model is: <c>loci model info</c>.</summary>
/// <param name="Model">Its name, as it was given.</param>
/// <param name="Family">The architecture family, such as <c>gpt2</c>.</param>
/// <param name="Layers">Number of layers.</param>
/// <param name="Width">Length of the residual stream's vectors.</param>
/// <param name="Cells">Memories of one feed-forward layer.</param>
/// <param name="Gated">Every cell has two poles.</param>
/// <param name="Activation">The non-linearity of the feed-forward layers.</param>
/// <param name="Norm">Which norm.</param>
/// <param name="NormEpsilon">What the norm adds under the root.</param>
/// <param name="Heads">Query heads of softmax attention.</param>
/// <param name="KeyValueHeads">Its key and value heads.</param>
/// <param name="HeadSize">Length of one head's query, key and value.</param>
/// <param name="Windows">Keys a query sees, itself included, by layer; 0 means all.</param>
/// <param name="ParallelResidual">Feed-forward reads the block's input beside attention, not after it.</param>
/// <param name="Vocabulary">Number of token ids.</param>
/// <param name="Context">Most tokens in one sequence.</param>
/// <param name="TiedOutput">The output embedding is the input embedding.</param>
/// <param name="BeginOfSequence">The token a text begins with; null for none.</param>
/// <param name="Tokenizer">The kind of tokenizer; null for none.</param>
/// <param name="WeightsSha256">SHA-256 of the weights.</param>
/// <param name="Taps">Every tap and its shape: <c>"tokens"</c> and the length of a row.</param>
public sealed record ModelView(
    string Model, string Family, int Layers, int Width, int Cells, bool Gated, string Activation, string Norm,
    float NormEpsilon,
    int Heads, int KeyValueHeads, int HeadSize, IReadOnlyList<int> Windows, bool ParallelResidual, int Vocabulary,
    int Context,
    bool TiedOutput, int? BeginOfSequence, string? Tokenizer, string WeightsSha256,
    IReadOnlyDictionary<string, TapShape> Taps)
{
    /// <summary>A model.</summary>
    public static ModelView Of(Model model)
    {
        var spec = model.Spec;
        var (first, fast) = (spec.Blocks[0], spec.Blocks[0].Mixer as FastWeightSpec);
        var softmax = spec.Blocks.Select(block => block.Mixer).OfType<SoftmaxSpec>().FirstOrDefault();
        return new(
            model.Name, spec.Family, spec.Layers, spec.Width, first.Cells.Count, first.Cells.Gated,
            first.Cells.Activation.ToString(), spec.Norm.ToString(),
            spec.NormEpsilon, softmax?.Heads ?? fast!.Heads, softmax?.KeyValueHeads ?? fast!.Heads,
            softmax?.HeadSize ?? fast!.KeySize,
            [.. spec.Blocks.Select(block => block.Mixer is SoftmaxSpec list ? list.Window : 0)], first.Parallel,
            spec.Vocabulary,
            spec.Context, spec.Head.Tied, model.BeginOfSequence, model.Tokenizer?.GetType().Name, model.Hash,
            TapName.All(spec).ToDictionary(tap => tap.ToString(), tap => new TapShape(tap.RowLength(spec))));
    }
}

/// <summary>The shape of a tap, written <c>["tokens", 768]</c>.</summary>
/// <param name="RowLength">Length of the row that each token has.</param>
[JsonConverter(typeof(TapShapeJson))]
public readonly record struct TapShape(int RowLength);

internal sealed class TapShapeJson : JsonConverter<TapShape>
{
    public override TapShape Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, TapShape value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteStringValue("tokens");
        writer.WriteNumberValue(value.RowLength);
        writer.WriteEndArray();
    }
}
