using System.Text.Json.Nodes;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>Readings that families with experts share.</summary>
internal static class ExpertConfig
{
    private const int MostExperts = 1 << 14, MostCells = 1 << 26; // many times what any model has

    /// <summary>The same model with experts in the place of the cells of some layers.</summary>
    /// <param name="config">The config.</param>
    /// <param name="spec">The model without experts.</param>
    /// <param name="size">Cells of one expert.</param>
    /// <param name="countField">Field of the number of experts.</param>
    /// <param name="usualCount">Experts where it is not mentioned.</param>
    /// <param name="usualChosen">Experts a token is sent to, where that is not mentioned.</param>
    /// <param name="renormalised">True where the weights of the chosen sum to one.</param>
    /// <param name="shared">Cells of a shared expert, or 0.</param>
    /// <param name="isDense">True for layers that have none; or null.</param>
    public static ModelSpec WithExperts(
        ModelConfig config, ModelSpec spec, int size, string countField, int usualCount, int usualChosen,
        bool renormalised, int shared = 0, Func<int, bool>? isDense = null)
    {
        int count = config.OptionalSize(countField, MostExperts) ?? usualCount,
            chosen = config.OptionalSize("num_experts_per_tok", MostExperts) ?? usualChosen;
        if (chosen > count) throw config.Wrong($"sends a token to {chosen} of {count} experts");
        long cells = (long)count * size + shared;
        if (cells > MostCells) throw config.Wrong($"has {count} experts of {size} cells, more than can be numbered");
        return spec with
        {
            Blocks =
            [
                .. spec.Blocks.Select((block, l) => isDense?.Invoke(l) == true ? block : block with
                {
                    Cells = block.Cells with
                    {
                        Count = (int)cells, Experts = new(count, chosen, renormalised, shared),
                    },
                }),
            ],
        };
    }

    /// <summary>True for layers that mlp_only_layers or decoder_sparse_step leaves without experts.</summary>
    public static Func<int, bool> DenseLayers(ModelConfig config)
    {
        var named = config.Has("mlp_only_layers") ? config.Numbers("mlp_only_layers") : [];
        int step = config.OptionalSize("decoder_sparse_step") ?? 1;
        return layer => named.Contains(layer) || (layer + 1) % step != 0;
    }

    /// <summary>Experts and their size, of the first layer that has some.</summary>
    public static (ExpertsSpec Experts, int Size) Of(ModelSpec spec)
    {
        var cells = spec.Blocks.Select(block => block.Cells).FirstOrDefault(cells => cells.Experts is not null)
            ?? throw new UnsupportedException($"A model of the family «{spec.Family}» has experts.");
        return (cells.Experts!, (cells.Count - cells.Experts!.SharedCells) / cells.Experts.Count);
    }

    /// <summary>Writes the fields of Qwen's mixtures.</summary>
    public static void Write(JsonObject config, ModelSpec spec)
    {
        var (experts, size) = Of(spec);
        config["num_experts"] = experts.Count;
        config["num_experts_per_tok"] = experts.Chosen;
        config["norm_topk_prob"] = experts.Renormalised;
        config["moe_intermediate_size"] = size;
        config["intermediate_size"] =
            spec.Blocks.Select(block => block.Cells).FirstOrDefault(cells => cells.Experts is null)?.Count ?? size;
        config["decoder_sparse_step"] = 1;
        config["mlp_only_layers"] = new JsonArray(
        [
            .. Enumerable.Range(0, spec.Layers).Where(l => spec.Blocks[l].Cells.Experts is null)
                .Select(l => (JsonNode)l),
        ]);
    }
}
