using System.Text.Json.Nodes;
using Loci.Memory.Numerics;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>
/// Reads rotary positions: base, partial rotation, and the scalings «default», «linear» and «llama3».
/// </summary>
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
        var parameters = config.Section("rope_parameters");
        var scaling = config.Section("rope_scaling") ?? parameters;
        double theta = parameters?.OptionalNumber("rope_theta") ?? config.OptionalNumber(baseField)
            ?? config.OptionalNumber("rope_theta") ?? 10_000;
        return Of(config, scaling, theta, headSize, fraction);
    }

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

        double[] frequencies = Rotary.Frequencies(theta, size);
        string type = scaling?.Text("rope_type") ?? scaling?.Text("type") ?? "default";
        var origin = type switch
        {
            "default" => new RotaryOrigin(theta),
            "linear" => new(theta, type, Factor(scaling!, "factor")),
            "llama3" => new(
                theta, type, Factor(scaling!, "factor"), Factor(scaling!, "low_freq_factor"),
                Factor(scaling!, "high_freq_factor"),
                Factor(scaling!, "original_max_position_embeddings")),
            _ => throw new UnsupportedException(
                $"{config.Path}: rotary scaling «{type}» is not implemented; default, linear and llama3 are."),
        };
        return new(size, Interleaved: false, type switch
        {
            "linear" => [.. frequencies.Select(f => f / origin.Factor)],
            "llama3" => Llama3(scaling!, origin, frequencies),
            _ => frequencies,
        }) { Origin = origin };
    }

    /// <summary>Writes what <see cref="Read"/> reads, into the fields of transformers 4.</summary>
    /// <param name="config">Receives the fields.</param>
    /// <param name="rotary">The positions.</param>
    /// <param name="baseField">Field of the base.</param>
    public static void Write(JsonObject config, RotarySpec rotary, string baseField = "rope_theta")
    {
        var origin = rotary.Origin ?? new(BaseOf(rotary));
        config[baseField] = origin.Base;
        if (origin.Scaling == "default") return;
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

    // Llama 3.1: long wavelengths are stretched by the factor, short ones kept, those between blended.
    private static double[] Llama3(ModelConfig scaling, RotaryOrigin origin, double[] frequencies)
    {
        double factor = origin.Factor, low = origin.LowFrequencyFactor, high = origin.HighFrequencyFactor,
            context = origin.OriginalContext;
        if (high <= low) throw scaling.Wrong($"high_freq_factor {high} is not above low_freq_factor {low}");
        return [.. frequencies.Select(frequency =>
        {
            double wavelength = 2 * Math.PI / frequency;
            if (wavelength < context / high) return frequency;
            if (wavelength > context / low) return frequency / factor;
            double blend = (context / wavelength - low) / (high - low);
            return (1 - blend) * frequency / factor + blend * frequency;
        })];
    }

    private static double Factor(ModelConfig scaling, string name) =>
        scaling.OptionalNumber(name) is not { } value ? throw scaling.Missing(name)
        : value > 0 ? value
        : throw scaling.Wrong($"{name} is {value}, where a positive number is wanted");
}
