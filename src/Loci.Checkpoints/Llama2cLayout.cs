namespace Loci.Checkpoints;

/// <summary>
/// Where each tensor lies in a llama2.c file: one kind of weight after the other, each for all layers.
/// </summary>
internal static class Llama2cLayout
{
    /// <summary>Every tensor, under its Hugging Face name; a file of any other length is refused.</summary>
    public static Dictionary<string, TensorInfo> Place(Llama2cHeader header, long fileLength, string path)
    {
        Int128 expected = Llama2cHeader.Bytes;
        foreach (var (_, shape, copies) in Parts(header)) expected += Size(shape) * copies;
        if (expected != fileLength)
            throw new InvalidFileException(path,
                $"is {fileLength} bytes long; its header implies {expected}: " +
                (expected > fileLength ? "it is cut, or not a llama2.c file" : "bytes are left over"),
                    Llama2cHeader.Bytes);
        var tensors = new Dictionary<string, TensorInfo>(StringComparer.Ordinal);
        long offset = Llama2cHeader.Bytes;
        foreach (var (name, shape, copies) in Parts(header))
            for (int layer = 0; layer < copies; layer++, offset += (long)Size(shape))
                if (name is not null && string.Format(null, name, layer) is var full)
                    tensors.Add(full, new(full, TensorType.Float32, [.. shape]) { Offset = offset });
        return tensors;
    }

    /// <summary>
    /// The file in order; a part without name is skipped: tables of the rotation, which follow from the header.
    /// </summary>
    private static IEnumerable<(string? Name, long[] Shape, int Copies)> Parts(Llama2cHeader h)
    {
        yield return ("model.embed_tokens.weight", [h.Vocabulary, h.Width], 1);
        yield return ("model.layers.{0}.input_layernorm.weight", [h.Width], h.Layers);
        yield return ("model.layers.{0}.self_attn.q_proj.weight", [h.Width, h.Width], h.Layers);
        yield return ("model.layers.{0}.self_attn.k_proj.weight", [h.KeyValueWidth, h.Width], h.Layers);
        yield return ("model.layers.{0}.self_attn.v_proj.weight", [h.KeyValueWidth, h.Width], h.Layers);
        yield return ("model.layers.{0}.self_attn.o_proj.weight", [h.Width, h.Width], h.Layers);
        yield return ("model.layers.{0}.post_attention_layernorm.weight", [h.Width], h.Layers);
        yield return ("model.layers.{0}.mlp.gate_proj.weight", [h.Cells, h.Width], h.Layers);
        yield return ("model.layers.{0}.mlp.down_proj.weight", [h.Width, h.Cells], h.Layers);
        yield return ("model.layers.{0}.mlp.up_proj.weight", [h.Cells, h.Width], h.Layers);
        yield return ("model.norm.weight", [h.Width], 1);
        yield return (null, [h.Context, h.HeadWidth / 2], 2); // cosines, sines
        if (!h.TiedOutput) yield return ("lm_head.weight", [h.Vocabulary, h.Width], 1);
    }

    private static Int128 Size(long[] shape) => shape.Aggregate((Int128)sizeof(float), (size, extent) => size * extent);
}
