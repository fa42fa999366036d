using System.Text.Json;
using System.Text.Json.Nodes;

namespace Loci.Torch.Runs;

/// <summary>Models by name. A preset fills the model section; what the file says beside it comes first.</summary>
public static class ModelPresets
{
    // Two cores train these in minutes.
    private const string Small = """
        "family": "loci", "layers": 4, "width": 128, "heads": 4, "context": 256, "norm": "rms_norm", "positions": "none"
        """;

    // Schlag et al. 2021, section 6.2; positions, dropout and the schedule are the training's matter.
    private const string Paper = """
        "family": "loci", "layers": 16, "heads": 8, "norm": "layer_norm", "activation": "relu", "positions": "learned",
        "attention": { "rule": "delta", "map": "dpfp-1", "normalization": "sum" }
        """;

    private static readonly Dictionary<string, string> s_presets = new()
    {
        ["linear"] = $$"""{ {{Small}}, "cells": 512, "attention": { "rule": "normalized_sum", "map": "elu+1" } }""",
        ["delta"] =
            $$"""{ {{Small}}, "cells": 512, "attention": { "rule": "delta", "map": "silu", "normalization": "l2", "normalization_eps": 1e-6, "convolution": 4, "silu_values": true, "output_norm": true } }""",
        ["dpfp-1-delta"] =
            $$"""{ {{Small}}, "cells": 512, "attention": { "rule": "delta", "map": "dpfp-1", "normalization": "sum" } }""",
        ["favor-delta"] =
            $$"""{ {{Small}}, "cells": 512, "attention": { "rule": "delta", "map": "favor-64", "normalization": "sum" } }""",
        ["gated-delta"] = $$"""
            { {{Small}}, "gated": true, "activation": "silu", "cells": 344,
              "attention": { "rule": "gated_delta", "map": "silu", "normalization": "l2", "normalization_eps": 1e-6, "convolution": 4,
                             "silu_values": true, "output_norm": true, "output_gate": true } }
            """,
        ["paper-small"] = $$"""{ {{Paper}}, "width": 128, "cells": 2048, "context": 256 }""",
        ["paper-medium"] = $$"""{ {{Paper}}, "width": 256, "cells": 4096, "context": 384 }""",
    };

    /// <summary>The names.</summary>
    public static IReadOnlyCollection<string> Names => s_presets.Keys;

    /// <summary>The config with what its preset says where it says nothing itself.</summary>
    /// <exception cref="InvalidFileException">There is no such preset.</exception>
    public static JsonNode? Fill(JsonDocument document, string path)
    {
        using (document)
        {
            var config = JsonNode.Parse(document.RootElement.GetRawText(), null, Options);
            if ((config as JsonObject)?["model"] is JsonObject model) Fill(model, path);
            return config;
        }
    }

    /// <summary>A model section, filled.</summary>
    public static ModelSettings Read(JsonObject model, string path)
    {
        Fill(model, path);
        return ConfigFile.Read<ModelSettings>(model, "model", path);
    }

    private static void Fill(JsonObject model, string path)
    {
        if (model["preset"] is not { } preset) return;
        if (preset.GetValueKind() != JsonValueKind.String
            || !s_presets.TryGetValue(preset.GetValue<string>(), out string? settings))
            throw new InvalidFileException(path,
                $"model.preset: {preset.ToJsonString()} is not one of {string.Join(", ", Names)}");
        foreach (var (name, value) in JsonNode.Parse(settings)!.AsObject()) if (!model.ContainsKey(name))
            model[name] = value?.DeepClone();
    }

    private static JsonDocumentOptions Options => new()
    {
        CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 16,
    };
}
