using System.Text.Json.Nodes;
using Loci.Models;
using Loci.Torch.Runs;

namespace Loci.Training.Labs.Recall;

/// <summary>
/// The models of the recall tasks: the network of the language models, width 64, 4 heads, 128 cells, with the memories
/// and the names of the paper's language table. Memories have a short convolution of 4 and no positions. Softmax
/// attention has no convolution here: its first layer sees the last 4 tokens alone, and it turns by position.
/// </summary>
internal static class MqarModels
{
    public const string Softmax = "softmax";

    private const string Near = """{ "window": 4 }""";
    private const int Width = 64, Heads = 4, Cells = 128;

    private static readonly (string Name, string Attention)[] s_models =
    [
        (Softmax, "\"softmax\""),
        ("linear-normalized-sum", Memory("normalized_sum", "elu+1", "none")),
        ("linear-delta", Memory("delta", "elu+1", "sum")),
        ("dpfp-1-normalized-sum", Memory("normalized_sum", "dpfp-1", "none")),
        ("dpfp-1-delta", Memory("delta", "dpfp-1", "sum")),
        ("favor-normalized-sum", Memory("normalized_sum", "favor-64", "none")),
        ("favor-delta", Memory("delta", "favor-64", "sum")),
        ("delta-l2", Memory("delta", "silu", "l2",
            ", \"normalization_eps\": 1e-6, \"silu_values\": true, \"output_norm\": true")),
        ("gated-delta", Memory("gated_delta", "silu", "l2",
            ", \"normalization_eps\": 1e-6, \"silu_values\": true, \"output_norm\": true, \"output_gate\": true")),
    ];

    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_models.Select(model => model.Name)];

    /// <summary>What tables and commands of before call them.</summary>
    private static readonly (string Before, string Today)[] s_renamed =
    [
        ("linear", "linear-normalized-sum"), ("delta", "linear-delta"), ("dpfp-1-sum", "dpfp-1-normalized-sum"),
        ("favor-sum", "favor-normalized-sum"), ("l2-delta", "delta-l2"),
    ];

    /// <summary>The name of today.</summary>
    public static string Today(string name) => s_renamed.FirstOrDefault(pair => pair.Before == name).Today ?? name;

    /// <summary>The name a model had before; its own if it always had that.</summary>
    public static string Before(string name) => s_renamed.FirstOrDefault(pair => pair.Today == name).Before ?? name;

    /// <summary>
    /// The learning rate a model learns fastest with, of 3e-3, 5e-3 and 1e-2: with the higher two softmax attention
    /// learns nothing.
    /// </summary>
    public static double LearningRate(string name) => name == Softmax ? 3e-3 : 1e-2;

    /// <summary>The spec of a model.</summary>
    /// <param name="name">Of <see cref="Names"/>.</param>
    /// <param name="layers">Blocks.</param>
    /// <param name="vocabulary">Tokens.</param>
    /// <param name="length">Longest text.</param>
    /// <exception cref="ArgumentException">There is no such model.</exception>
    public static ModelSpec Create(string name, int layers, int vocabulary, int length)
    {
        string attention = s_models.FirstOrDefault(model => model.Name == name).Attention
            ?? throw new ArgumentException($"«{name}» is no model: {string.Join(", ", Names)}");
        var settings = new ModelSettings
        {
            Family = "loci", Layers = layers, Width = Width, Heads = Heads, Cells = Cells, Context = length,
            Norm = "layer_norm",
            Positions = name == Softmax ? "rotary" : "none",
            Attention = name == Softmax
                ? new JsonArray(
                    [JsonNode.Parse(Near), .. Enumerable.Repeat(attention, layers - 1)
                        .Select(one => JsonNode.Parse(one))])
                : JsonNode.Parse(attention),
        };
        return SpecOfSettings.Create(settings, vocabulary, 0);
    }

    private static string Memory(string rule, string map, string normalization, string more = "") =>
        $$"""{ "rule": "{{rule}}", "map": "{{map}}", "normalization": "{{normalization}}", "convolution": 4{{more}} }""";
}
