using System.Text.Json.Nodes;
using Loci.Checkpoints;

namespace Loci.Tests.Models;

/// <summary>
/// A Llama of one layer and random weights as a folder, every part of which a test can change before it is written.
/// </summary>
internal sealed class TinyLlama
{
    /// <summary>Printable ASCII, then a space, a line feed, a carriage return and a tab in the byte alphabet.</summary>
    public static IReadOnlyList<string> Bytes { get; } =
        [.. Enumerable.Range('!', 94).Select(c => ((char)c).ToString()), "Ġ", "Ċ", "č", "ĉ"];

    private const int Width = 8, Cells = 8;

    public TinyLlama(int vocabulary = 98, int seed = 1)
    {
        var random = new Random(seed);
        Config = new()
        {
            ["model_type"] = "llama", ["hidden_size"] = Width, ["num_hidden_layers"] = 1, ["num_attention_heads"] = 2,
                ["num_key_value_heads"] = 2,
            ["head_dim"] = 4, ["intermediate_size"] = Cells, ["vocab_size"] = vocabulary,
            ["max_position_embeddings"] = 64, ["rms_norm_eps"] = 1e-6,
            ["rope_theta"] = 10000.0, ["hidden_act"] = "silu", ["tie_word_embeddings"] = false, ["bos_token_id"] = 1,
            ["eos_token_id"] = 2,
        };
        Add("model.embed_tokens.weight", vocabulary, Width);
        Add("lm_head.weight", vocabulary, Width);
        Add("model.norm.weight", Width);
        foreach (string norm in (string[])["input_layernorm", "post_attention_layernorm"])
            Add($"model.layers.0.{norm}.weight", Width);
        foreach (string part in (string[])["q", "k", "v", "o"])
            Add($"model.layers.0.self_attn.{part}_proj.weight", Width, Width);
        foreach (string part in (string[])["gate", "up"]) Add($"model.layers.0.mlp.{part}_proj.weight", Cells, Width);
        Add("model.layers.0.mlp.down_proj.weight", Width, Cells);

        void Add(string name, params long[] shape)
        {
            int count = (int)shape.Aggregate(1L, (a, b) => a * b);
            Tensors.Add(name, (shape, [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))]));
        }
    }

    public JsonObject Config { get; }

    public SortedDictionary<string, (long[] Shape, float[] Values)> Tensors { get; } = new(StringComparer.Ordinal);

    /// <summary>A <c>tokenizer.json</c>: byte-level over <see cref="Bytes"/>.</summary>
    public static JsonObject Tokenizer(params (string Content, int Id)[] special) => new()
    {
        ["added_tokens"] = new JsonArray([.. special.Select(token => new JsonObject
        {
            ["id"] = token.Id, ["content"] = token.Content, ["special"] = true, ["normalized"] = false,
        })]),
        ["pre_tokenizer"] =
            new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["use_regex"] = true },
        ["decoder"] = new JsonObject { ["type"] = "ByteLevel" },
        ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = Vocabulary(), ["merges"] = new JsonArray() },
    };

    public static JsonObject Vocabulary() =>
        new(Bytes.Select((piece, id) => KeyValuePair.Create(piece, (JsonNode?)id)));

    /// <summary>Makes one token the likeliest after anything.</summary>
    public TinyLlama Always(int token)
    {
        var (_, norm) = Tensors["model.norm.weight"];
        var (_, head) = Tensors["lm_head.weight"];
        // The normed stream is alike in sign nowhere; a head that reads |x| does not exist, so the
        // stream is made constant.
        foreach (string name in Tensors.Keys.Where(name => name.Contains("o_proj") || name.Contains("down_proj")))
            Array.Clear(Tensors[name].Values);
        Array.Fill(Tensors["model.embed_tokens.weight"].Values, 1);
        Array.Fill(norm, 1);
        Array.Clear(head);
        Array.Fill(head, 1, token * Width, Width);
        return this;
    }

    /// <summary>Writes <c>config.json</c> and <c>model.safetensors</c>; the tokenizer is the test's.</summary>
    public TinyLlama Write(TemporaryFolder folder, JsonObject? tokenizer = null)
    {
        folder.Write("config.json", Config.ToJsonString());
        SafetensorsWriter.WriteAll(
            folder["model.safetensors"], [.. Tensors.Select(t => (t.Key, t.Value.Shape, t.Value.Values))]);
        if (tokenizer is not null) folder.Write("tokenizer.json", tokenizer.ToJsonString());
        return this;
    }
}
