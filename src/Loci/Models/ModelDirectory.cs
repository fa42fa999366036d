using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Loci.Checkpoints;
using Loci.Models.Families;
using Loci.Models.Weights;

namespace Loci.Models;

/// <summary>
/// Writes a model as a directory in Hugging Face's layout, which <see cref="Model.Open"/> and transformers open.
/// </summary>
public static class ModelDirectory
{
    private static readonly JsonSerializerOptions s_format =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The families that can be written.</summary>
    public static IEnumerable<string> Families => Family.Known;

    /// <summary>Refuses a spec that <see cref="Write"/> would refuse.</summary>
    /// <exception cref="UnsupportedException">The family, or one of the spec's choices, cannot be written.</exception>
    public static void Check(ModelSpec spec) => ConfigWriter.Write(spec, "float32");

    /// <summary>Writes <c>config.json</c>, <c>generation_config.json</c> and <c>model.safetensors</c>.</summary>
    /// <param name="folder">Where; made if it is not there. The tokenizer's files are the caller's.</param>
    /// <param name="transformer">The network; not a single weight may be infinite or not a number.</param>
    /// <param name="type">
    /// Float32, Float16 or BFloat16; null: every tensor as it is held, so that what is read back computes the same
    /// bits.
    /// </param>
    /// <exception cref="UnsupportedException">As <see cref="Check"/>.</exception>
    /// <exception cref="LociException">A file cannot be written, or a weight does not fit its type.</exception>
    public static void Write(string folder, Transformer transformer, TensorType? type)
    {
        var spec = transformer.Spec;
        var config = ConfigWriter.Write(spec, type switch
        {
            null or TensorType.Float32 => "float32",
            TensorType.Float16 => "float16",
            TensorType.BFloat16 => "bfloat16",
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not a type of weights"),
        });
        byte[] bytes = Bytes(config);
        var parsed = ModelConfig.Parse(bytes, "config.json");
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LociException($"{folder} cannot be made: {e.Message}", e);
        }
        CheckpointWriter.Write(Path.Combine(folder, "model.safetensors"), transformer, Family.Of(parsed).Names, type);
        AtomicFile.Write(Path.Combine(folder, "config.json"), bytes);
        AtomicFile.Write(Path.Combine(folder, "generation_config.json"), Bytes(new JsonObject
        {
            ["bos_token_id"] = spec.BeginOfSequence,
            ["eos_token_id"] = config["eos_token_id"]?.DeepClone(),
        }));
    }

    private static byte[] Bytes(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString(s_format) + "\n");
}
