using System.Text;
using System.Text.Json.Nodes;
using Loci.Checkpoints;
using Loci.Models.Families;

namespace Loci.Models.Gguf;

/// <summary>
/// Turns the metadata of a GGUF file into the <c>config.json</c> of the family it belongs to, which that family reads.
/// A key that could change what the model computes and is not understood is refused by name.
/// </summary>
internal sealed class GgufConfig
{
    // Keys of an architecture that the configs below take up.
    private static readonly string[] s_understood =
    [
        "block_count", "context_length", "embedding_length", "feed_forward_length", "vocab_size",
        "attention.head_count", "attention.head_count_kv", "attention.key_length", "attention.value_length",
        "attention.layer_norm_rms_epsilon", "attention.layer_norm_epsilon", "attention.sliding_window",
        "rope.dimension_count", "rope.freq_base", "rope.scaling.type", "rope.scaling.factor",
        "rope.scaling.original_context_length", "rope.scaling.finetuned", "use_parallel_residual",
        "attn_logit_softcapping", "final_logit_softcapping", "tensor_data_layout",
    ];

    private readonly GgufFile _file;
    private readonly string _architecture;

    private GgufConfig(GgufFile file)
    {
        _file = file;
        _architecture = file.Metadata.Text("general.architecture")
            ?? throw new InvalidFileException(file.Path, "does not state general.architecture");
    }

    /// <summary>The config of a file.</summary>
    /// <exception cref="UnsupportedException">Its architecture is none of Loci's families, or one of its settings is
    /// not implemented.</exception>
    public static ModelConfig Read(GgufFile file)
    {
        var config = new GgufConfig(file).Json();
        return ModelConfig.Parse(Encoding.UTF8.GetBytes(config.ToJsonString()), file.Path);
    }

    private JsonObject Json()
    {
        RefuseUnknown();
        var config = _architecture switch
        {
            "llama" => Llama("llama"),
            "qwen2" => Llama("qwen2"),
            "qwen3" => Llama("qwen3"),
            "gemma" => Gemma("gemma"),
            "gemma2" => Gemma2(),
            "gpt2" => Gpt2(),
            "gptneox" => GptNeoX(),
            _ => throw new UnsupportedException(
                $"{_file.Path}: the architecture {ErrorText.Quote(_architecture)} is not read; those that are: llama, "
                + "qwen2, qwen3, gemma, gemma2, gpt2, gptneox."),
        };
        config["vocab_size"] = _file.Tensors.TryGetValue("token_embd.weight", out var embedding)
            && embedding.Shape.Length == 2 ? embedding.Shape[0] : throw Missing("tensor token_embd.weight");
        config["tie_word_embeddings"] = !_file.Tensors.ContainsKey("output.weight");
        config["bos_token_id"] = _file.Metadata.Whole("tokenizer.ggml.bos_token_id");
        config["eos_token_id"] = _file.Metadata.Whole("tokenizer.ggml.eos_token_id");
        return config;
    }

    private JsonObject Llama(string family)
    {
        int heads = Required("attention.head_count");
        int head = Whole("attention.key_length") ?? Required("embedding_length") / Math.Max(1, heads);
        if (Whole("attention.value_length") is { } values && values != head)
            throw Refuse("attention.value_length", "values as long as keys are");
        if (Whole("rope.dimension_count") is { } turned && turned != head)
            throw Refuse("rope.dimension_count", "a rotation of whole heads is");
        var config = new JsonObject
        {
            ["model_type"] = family,
            ["num_hidden_layers"] = Required("block_count"),
            ["hidden_size"] = Required("embedding_length"),
            ["intermediate_size"] = Required("feed_forward_length"),
            ["max_position_embeddings"] = Required("context_length"),
            ["num_attention_heads"] = heads,
            ["num_key_value_heads"] = Whole("attention.head_count_kv") ?? heads,
            ["head_dim"] = head,
            ["rms_norm_eps"] = Required("attention.layer_norm_rms_epsilon", Number),
            ["rope_theta"] = Number("rope.freq_base") ?? 10_000,
            ["attention_bias"] = family == "llama" && _file.Tensors.ContainsKey("blk.0.attn_q.bias"),
        };
        if (_architecture != "gemma2" && Whole("attention.sliding_window") is > 0)
            throw Refuse("attention.sliding_window", "attention over the whole text is, in this architecture");
        switch (_file.Metadata.Text($"{_architecture}.rope.scaling.type"))
        {
            case null or "none":
                break;
            case "linear":
                config["rope_scaling"] = new JsonObject
                {
                    ["rope_type"] = "linear", ["factor"] = Required("rope.scaling.factor", Number),
                };
                break;
            default:
                throw Refuse("rope.scaling.type", "none and linear are");
        }
        return config;
    }

    private JsonObject Gemma(string family)
    {
        var config = Llama(family);
        config["hidden_activation"] = "gelu_pytorch_tanh";
        return config;
    }

    private JsonObject Gemma2()
    {
        var config = Gemma("gemma2");
        // llama.cpp tells the 27B model by its layers: it alone scales by the width of a head as the stream has it.
        int layers = Required("block_count"), heads = Required("attention.head_count");
        config["query_pre_attn_scalar"] = layers == 46
            ? Required("embedding_length") / heads
            : config["head_dim"]!.GetValue<int>();
        config["attn_logit_softcapping"] = Number("attn_logit_softcapping") ?? 50;
        config["final_logit_softcapping"] = Number("final_logit_softcapping") ?? 30;
        config["sliding_window"] = Whole("attention.sliding_window") ?? 4096;
        return config;
    }

    private JsonObject Gpt2() => new()
    {
        ["model_type"] = "gpt2",
        ["n_layer"] = Required("block_count"),
        ["n_embd"] = Required("embedding_length"),
        ["n_head"] = Required("attention.head_count"),
        ["n_inner"] = Required("feed_forward_length"),
        ["n_positions"] = Required("context_length"),
        ["layer_norm_epsilon"] = Required("attention.layer_norm_epsilon", Number),
        ["activation_function"] = "gelu_new",
    };

    private JsonObject GptNeoX()
    {
        int width = Required("embedding_length"), heads = Required("attention.head_count");
        return new()
        {
            ["model_type"] = "gpt_neox",
            ["num_hidden_layers"] = Required("block_count"),
            ["hidden_size"] = width,
            ["num_attention_heads"] = heads,
            ["intermediate_size"] = Required("feed_forward_length"),
            ["max_position_embeddings"] = Required("context_length"),
            ["layer_norm_eps"] = Required("attention.layer_norm_epsilon", Number),
            ["rotary_pct"] = (double)Required("rope.dimension_count") * heads / width,
            ["rotary_emb_base"] = Number("rope.freq_base") ?? 10_000,
            ["use_parallel_residual"] = _file.Metadata.Flag($"{_architecture}.use_parallel_residual") ?? true,
            ["hidden_act"] = "gelu_new", // what llama.cpp computes
        };
    }

    private void RefuseUnknown()
    {
        foreach (string key in _file.Metadata.Keys)
            if (key.StartsWith($"{_architecture}.", StringComparison.Ordinal)
                && !s_understood.Contains(key[(_architecture.Length + 1)..])
                && _file.Metadata[key] is not (false or 0L or 0.0))
                throw new UnsupportedException(
                    $"{_file.Path}: the setting {ErrorText.Quote(key)} is not implemented.");
    }

    private int? Whole(string key) => _file.Metadata.Whole($"{_architecture}.{key}");

    private double? Number(string key) => _file.Metadata.Number($"{_architecture}.{key}") is { } number
        ? ConfigWriter.Shortest((float)number)
        : null;

    private int Required(string key) => Whole(key) ?? throw Missing($"key {_architecture}.{key}");

    private double Required(string key, Func<string, double?> read) =>
        read(key) ?? throw Missing($"key {_architecture}.{key}");

    private InvalidFileException Missing(string what) => new(_file.Path, $"has no {what}");

    private UnsupportedException Refuse(string key, string implemented) => new(
        $"{_file.Path}: {_architecture}.{key} = {_file.Metadata[$"{_architecture}.{key}"]} is not implemented; "
        + $"{implemented}.");
}
