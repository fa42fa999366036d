using System.Globalization;
using System.Text.Json.Nodes;
using Loci.Checkpoints;
using Loci.Checkpoints.Gguf;
using Loci.Models;
using Loci.Tracing;

namespace Loci.Tests.Models;

/// <summary>
/// The oracle's models, turned into GGUF step by step as llama.cpp's convert_hf_to_gguf.py does, still give the
/// oracle's logits.
/// </summary>
public sealed class GgufModelTests : IDisposable
{
    private const double Tolerance = 1e-5; // that of FamilyTests, of the largest logit

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("llama"), InlineData("qwen2"), InlineData("qwen3"), InlineData("gpt2")]
    public void Logits_are_the_oracles(string family)
    {
        var golden = Golden.Load(family);
        using var model = Model.Open(Convert(family));
        var pass = new Recording([new(TapPoint.Logits, 0)]);
        pass.Run(model.Transformer, Batch.Of(golden.Ids));
        double[] expected = golden["logits"];
        double most = expected.Max(Math.Abs);
        Assert.All(expected.Zip(pass[TapPoint.Logits]),
            pair => Assert.Equal(pair.First, pair.Second, Tolerance * most));
    }

    [Fact]
    public void A_setting_that_is_not_understood_is_refused_by_name()
    {
        string path = Convert("llama", new KeyValuePair<string, object>("llama.expert_count", 8));
        Assert.Contains(
            "llama.expert_count", Assert.Throws<UnsupportedException>(() => Model.Open(path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Factors_of_frequencies_divide_them()
    {
        string plain = Convert("llama");
        float[] factors = [1, 2, 4, 8];
        string scaled = Convert("llama", factors: factors);
        using var one = Model.Open(plain);
        using var other = Model.Open(scaled);
        var before = ((Loci.Models.Blocks.SoftmaxSpec)one.Spec.Blocks[0].Mixer).Rotary!.InverseFrequencies;
        var after = ((Loci.Models.Blocks.SoftmaxSpec)other.Spec.Blocks[0].Mixer).Rotary!.InverseFrequencies;
        Assert.Equal([.. before.Select((frequency, i) => frequency / factors[i])], after.ToArray());
    }

    private string Convert(string family, KeyValuePair<string, object>? more = null, float[]? factors = null)
    {
        string folder = Golden.Folder(family), path = _folder[$"{family}-{Guid.NewGuid()}.gguf"];
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "config.json")))!.AsObject();
        using var checkpoint = Checkpoint.OpenAny(folder);
        var tensors = new List<GgufWriter.Entry>();
        foreach (var info in checkpoint.Tensors.Values)
        {
            if (Name(info.Name) is not { } name) continue;
            float[] numbers = checkpoint.OpenTensor(info.Name).ReadFloats();
            long[] shape = [.. info.Shape];
            if (family == "gpt2" && shape.Length == 2 && !info.Name.Contains("wte") && !info.Name.Contains("wpe"))
                (numbers, shape) = (Transposed(numbers, shape), [shape[1], shape[0]]);
            if (family == "llama" && (info.Name.Contains("q_proj") || info.Name.Contains("k_proj")))
                numbers = Paired(
                    numbers, shape,
                    config[info.Name.Contains("q_proj")
                        ? "num_attention_heads"
                        : "num_key_value_heads"]!.GetValue<int>());
            tensors.Add(new(name, shape, GgufFormat.Of(TensorType.Float32), () => numbers));
        }
        if (factors is not null)
            tensors.Add(new("rope_freqs.weight", [factors.Length], GgufFormat.Of(TensorType.Float32), () => factors));
        var metadata = new List<KeyValuePair<string, object>> { new("general.architecture", family) };
        bool gpt2 = family == "gpt2";
        int heads = Int(gpt2 ? "n_head" : "num_attention_heads");
        metadata.Add(new($"{family}.block_count", Int(gpt2 ? "n_layer" : "num_hidden_layers")));
        metadata.Add(new($"{family}.embedding_length", Int(gpt2 ? "n_embd" : "hidden_size")));
        metadata.Add(new($"{family}.feed_forward_length", Int(gpt2 ? "n_inner" : "intermediate_size")));
        metadata.Add(new($"{family}.context_length", Int(gpt2 ? "n_positions" : "max_position_embeddings")));
        metadata.Add(new($"{family}.attention.head_count", heads));
        if (gpt2) metadata.Add(new("gpt2.attention.layer_norm_epsilon", Float("layer_norm_epsilon")));
        else
        {
            metadata.Add(new($"{family}.attention.head_count_kv", Int("num_key_value_heads")));
            metadata.Add(new($"{family}.attention.layer_norm_rms_epsilon", Float("rms_norm_eps")));
            metadata.Add(new($"{family}.rope.freq_base", Float("rope_theta")));
            if (config["head_dim"] is { } head)
                metadata.Add(new($"{family}.attention.key_length", head.GetValue<int>()));
        }
        if (more is { } extra) metadata.Add(extra);
        GgufWriter.Write(path, metadata, tensors);
        return path;

        int Int(string field) => config[field]!.GetValue<int>();

        float Float(string field) => config[field]!.GetValue<float>();
    }

    private static float[] Transposed(float[] matrix, long[] shape) =>
    [
        .. from column in Enumerable.Range(0, (int)shape[1])
           from row in Enumerable.Range(0, (int)shape[0])
           select matrix[row * shape[1] + column],
    ];

    // weights.reshape(n_head, 2, shape[0] // n_head // 2, inputs).swapaxes(1, 2).reshape(shape)
    private static float[] Paired(float[] matrix, long[] shape, int heads)
    {
        int half = (int)shape[0] / heads / 2, inputs = (int)shape[1];
        return
        [
            .. from head in Enumerable.Range(0, heads)
               from pair in Enumerable.Range(0, half)
               from part in Enumerable.Range(0, 2)
               from input in Enumerable.Range(0, inputs)
               select matrix[((head * 2 + part) * half + pair) * inputs + input],
        ];
    }

    // The names of gguf's tensor_mapping.py; null for what the converter leaves out.
    private static string? Name(string name)
    {
        string[] parts = name.Replace("transformer.", "", StringComparison.Ordinal)
            .Replace("model.", "", StringComparison.Ordinal).Split('.');
        string kind = parts[^1];
        if (parts is ["layers" or "h", var layer, ..] && int.TryParse(layer, CultureInfo.InvariantCulture, out _))
        {
            string? inner = string.Join('.', parts[2..^1]) switch
            {
                "input_layernorm" or "ln_1" => "attn_norm",
                "post_attention_layernorm" or "ln_2" => "ffn_norm",
                "self_attn.q_proj" => "attn_q",
                "self_attn.k_proj" => "attn_k",
                "self_attn.v_proj" => "attn_v",
                "self_attn.o_proj" or "attn.c_proj" => "attn_output",
                "self_attn.q_norm" => "attn_q_norm",
                "self_attn.k_norm" => "attn_k_norm",
                "attn.c_attn" => "attn_qkv",
                "mlp.gate_proj" => "ffn_gate",
                "mlp.up_proj" or "mlp.c_fc" => "ffn_up",
                "mlp.down_proj" or "mlp.c_proj" => "ffn_down",
                _ => null,
            };
            return inner is null ? null : $"blk.{layer}.{inner}.{kind}";
        }
        string? outer = string.Join('.', parts[..^1]) switch
        {
            "embed_tokens" or "wte" => "token_embd",
            "wpe" => "position_embd",
            "norm" or "ln_f" => "output_norm",
            "lm_head" => "output",
            _ => null,
        };
        return outer is null ? null : $"{outer}.{kind}";
    }
}
