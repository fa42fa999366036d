using System.Text.Json.Nodes;
using Loci.Memory.Numerics;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>Reads rotary positions: base, partial rotation, and the scalings of <see cref="RotaryScaling"/>.</summary>
internal static class RotaryConfig
{
    private const int LargestSize = 1 << 16; // of a head; real ones stay below 1,000

    /// <summary>
    /// Reads <c>rope_theta</c> and <c>rope_scaling</c>, or the newer <c>rope_parameters</c> that holds both.
    /// </summary>
    /// <param name="config">The config.</param>
    /// <param name="headSize">Length of a head.</param>
    /// <param name="fraction">Part of the head that rotates.</param>
    /// <param name="baseField">Field of the base beside <c>rope_theta</c>.</param>
    public static RotarySpec Read(ModelConfig config, int headSize, double fraction, string baseField = "rope_theta")
    {
        var scaling = config.Section("rope_scaling") ?? config.Section("rope_parameters");
        return Of(config, scaling, Base(config, baseField), headSize, fraction);
    }

    /// <summary>The base, wherever it stands.</summary>
    public static double Base(ModelConfig config, string baseField = "rope_theta") =>
        config.Section("rope_parameters")?.OptionalNumber("rope_theta") ?? config.OptionalNumber(baseField)
            ?? config.OptionalNumber("rope_theta") ?? 10_000;

    /// <summary>The part of each head that rotates, wherever it stands.</summary>
    public static double Fraction(ModelConfig config, double usual) =>
        config.Section("rope_parameters")?.OptionalNumber("partial_rotary_factor")
            ?? config.Number("partial_rotary_factor", usual);

    /// <summary>The same from a base and the section of the scaling.</summary>
    /// <param name="config">What errors name.</param>
    /// <param name="scaling">Holds <c>rope_type</c> and its settings; null: there is none.</param>
    /// <param name="theta">The base.</param>
    /// <param name="headSize">Length of a head.</param>
    /// <param name="fraction">Part of the head that rotates.</param>
    public static RotarySpec Of(
        ModelConfig config, ModelConfig? scaling, double theta, int headSize, double fraction = 1)
    {
        int size = (int)(headSize * fraction);
        if (theta <= 1 || size < 2 || size % 2 != 0 || size > headSize || size > LargestSize)
            throw config.Wrong(
                $"rotary positions with base {theta} over {size} of {headSize} dimensions make no sense");
        string type = scaling?.Text("rope_type") ?? scaling?.Text("type") ?? "default";
        if (type == "default")
            return new(size, Interleaved: false, Rotary.Frequencies(theta, size)) { Origin = new(theta) };
        var (frequencies, factor, origin) = RotaryScaling.Of(config, scaling!, type, theta, size);
        return new(size, Interleaved: false, frequencies) { Scaling = factor, Origin = origin };
    }

    /// <summary>Most tokens of a text that positions hold for: the stated context, unless they end before it.</summary>
    public static int Context(RotarySpec rotary, int stated) =>
        rotary.Origin is { StatedContext: not null, OriginalContext: var original }
            ? (int)Math.Min(stated, original)
            : stated;

    /// <summary>Writes what <see cref="Read"/> reads, into the fields of transformers 4.</summary>
    /// <param name="config">Receives the fields.</param>
    /// <param name="rotary">The positions.</param>
    /// <param name="baseField">Field of the base.</param>
    public static void Write(JsonObject config, RotarySpec rotary, string baseField = "rope_theta")
    {
        var origin = rotary.Origin ?? new(BaseOf(rotary));
        config[baseField] = origin.Base;
        if (origin.Scaling == "default") return;
        if (origin.StatedContext is { } stated) config["max_position_embeddings"] = stated;
        if (origin.Settings is { } settings)
        {
            config["rope_scaling"] = JsonNode.Parse(settings);
            return;
        }
        var scaling = new JsonObject { ["rope_type"] = origin.Scaling, ["factor"] = origin.Factor };
        if (origin.Scaling == "llama3")
        {
            scaling["low_freq_factor"] = origin.LowFrequencyFactor;
            scaling["high_freq_factor"] = origin.HighFrequencyFactor;
            scaling["original_max_position_embeddings"] = origin.OriginalContext;
        }
        config["rope_scaling"] = scaling;
    }

    // The frequencies are base^(−2i/size); a base people write is whole.
    private static double BaseOf(RotarySpec rotary) =>
        rotary.InverseFrequencies.Count < 2
            ? 10_000
            : Math.Round(Math.Pow(rotary.InverseFrequencies[1], -rotary.Size / 2.0), 3);
}
