using System.Text.Json.Nodes;
using Loci.Torch.Runs;

namespace Loci.Training.Labs.Language;

/// <summary>A model of the language laboratories: one attention in a body that all share.</summary>
/// <param name="Name">As it is typed.</param>
/// <param name="About">The attention in words.</param>
/// <param name="Attention">As a config says it.</param>
/// <param name="Positions">Softmax is told positions by rotation, which has no parameters; fast weights are told
/// none.</param>
/// <param name="Paper">Test perplexity of the paper's model of the kind, NaN where it has none.</param>
internal sealed record LanguageModel(string Name, string About, string Attention, string Positions, double Paper)
{
    public const int Layers = 2, Width = 128, Heads = 4, Cells = 512, Context = 256;

    /// <summary>The models of <c>lab language</c>; the paper's are Schlag et al. 2021, WikiText-103, small.</summary>
    public static IReadOnlyList<LanguageModel> Table { get; } =
    [
        new("softmax", "softmax over the window, rotary positions", "\"softmax\"", "rotary", 34.1),
        Fast("linear-normalized-sum", "sum rule, ELU+1, attention-normalised", Sum("elu+1"), 38.3),
        Fast("linear-delta", "delta rule, ELU+1, sum-normalised", Delta("elu+1"), 35.5),
        Fast("dpfp-1-normalized-sum", "sum rule, DPFP-1, attention-normalised", Sum("dpfp-1"), 38.8),
        Fast("dpfp-1-delta", "delta rule, DPFP-1, sum-normalised", Delta("dpfp-1"), 35.0),
        Fast("favor-normalized-sum", "sum rule, FAVOR+ (m = 32, one draw), attention-normalised", Sum("favor-32"),
            39.6),
        Fast("favor-delta", "delta rule, FAVOR+ (m = 32, one draw), sum-normalised", Delta("favor-32"), 37.2),
        Fast("delta-l2", "delta rule, SiLU keys of length 1, normed reads, no convolution", Modern("delta"),
            double.NaN),
        Fast("gated-delta", "as delta-l2, with a gate that forgets", Modern("gated_delta"), double.NaN),
    ];

    /// <summary>The models of <c>lab carry-over</c>.</summary>
    public static IReadOnlyList<LanguageModel> Carried { get; } =
    [
        Fast("normalized-sum", "sum rule, ELU+1, attention-normalised", Sum("elu+1"), double.NaN),
        Fast("plain-sum", "sum rule, ELU+1, sum-normalised features, the read not divided",
            """{ "rule": "sum", "map": "elu+1", "normalization": "sum" }""", double.NaN),
        Fast("delta", "delta rule, ELU+1, sum-normalised", Delta("elu+1"), double.NaN),
        Fast("dpfp-1-normalized-sum", "sum rule, DPFP-1, attention-normalised", Sum("dpfp-1"), double.NaN),
        Fast("dpfp-1-delta", "delta rule, DPFP-1, sum-normalised", Delta("dpfp-1"), double.NaN),
        Fast("gated-delta", "gated delta rule, SiLU keys of length 1", Modern("gated_delta"), double.NaN),
        new("window-16", "softmax over the last 16 tokens, rotary positions", """{ "window": 16 }""", "rotary",
            double.NaN),
        new("window-64", "softmax over the last 64 tokens, rotary positions", """{ "window": 64 }""", "rotary",
            double.NaN),
    ];

    /// <summary>Maps that stand in the table with both rules: the paper's comparison.</summary>
    public static IReadOnlyList<(string Map, string Sum, string Delta)> Pairs { get; } =
    [
        ("ELU+1", "linear-normalized-sum", "linear-delta"), ("DPFP-1", "dpfp-1-normalized-sum", "dpfp-1-delta"),
        ("FAVOR+", "favor-normalized-sum", "favor-delta"),
    ];

    public ModelSettings Settings => new()
    {
        Family = "loci", Layers = Layers, Width = Width, Heads = Heads, Cells = Cells, Context = Context,
        Norm = "layer_norm",
        Activation = "relu", Positions = Positions, Attention = JsonNode.Parse(Attention),
    };

    /// <summary>Softmax attention over the last tokens: how many; 0 for every other kind.</summary>
    public int Window => AttentionSettings.Layers(Settings)[0].Window;

    /// <summary>True for fast weights, which can be carried from segment to segment.</summary>
    public bool IsFast => AttentionSettings.Layers(Settings)[0].Fast is not null;

    /// <summary>
    /// Floats one text keeps: the memories and sums of keys; or keys and values of the tokens that softmax sees.
    /// </summary>
    public long StateFloats => AttentionSettings.Layers(Settings).Sum(layer => layer.Fast is { } fast
        ? (long)fast.Heads * fast.Features * (fast.ValueSize + (fast.HasNormalizer ? 1 : 0))
        : 2L * Width * (layer.Window > 0 ? layer.Window : Context));

    /// <summary>
    /// The name of today: tables and commands of before say «sum» for the sum whose reads are divided by that of the
    /// keys.
    /// </summary>
    public static string Today(string name) => name switch
    {
        "sum" or "linear-sum" or "dpfp-1-sum" or "favor-sum" => $"{name[..^"sum".Length]}normalized-sum",
        _ => name,
    };

    /// <exception cref="ArgumentException">There is none of that name; says which there are.</exception>
    public static IReadOnlyList<LanguageModel> Parse(IEnumerable<string> names, IReadOnlyList<LanguageModel> all) =>
        [.. names.Select(Today).Distinct().Select(name => all.FirstOrDefault(model => model.Name == name)
            ?? throw new ArgumentException(
                $"«{name}» is no model of this laboratory: {string.Join(", ", all.Select(model => model.Name))}"))];

    private static LanguageModel Fast(string name, string about, string attention, double paper) =>
        new(name, about, attention, "none", paper);

    private static string Sum(string map) => $$"""{ "rule": "normalized_sum", "map": "{{map}}", "map_seed": 1 }""";

    private static string Delta(string map) =>
        $$"""{ "rule": "delta", "map": "{{map}}", "map_seed": 1, "normalization": "sum" }""";

    private static string Modern(string rule) =>
        $$"""{ "rule": "{{rule}}", "map": "silu", "normalization": "l2", "normalization_eps": 1e-6, "output_norm": true }""";
}
