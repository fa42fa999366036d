using Loci.Memory.Numerics;
using Loci.Models.Blocks;

namespace Loci.Models.Families;

/// <summary>
/// The scalings of rotary positions for long contexts, as transformers computes them (modeling_rope_utils.py): each
/// makes frequencies of the usual ones, and some a factor on cosines and sines.
/// </summary>
internal static class RotaryScaling
{
    /// <summary>The scalings, with the settings each may have beside its name.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Settings = new Dictionary<string, string[]>
    {
        ["default"] = [],
        ["linear"] = ["factor"],
        ["llama3"] = ["factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings"],
        ["dynamic"] = ["factor", "original_max_position_embeddings"],
        ["yarn"] =
        [
            "factor", "original_max_position_embeddings", "attention_factor", "beta_fast", "beta_slow", "mscale",
            "mscale_all_dim", "truncate",
        ],
        ["longrope"] =
        [
            "short_factor", "long_factor", "factor", "original_max_position_embeddings", "attention_factor",
        ],
        ["su"] =
        [
            "short_factor", "long_factor", "factor", "original_max_position_embeddings", "attention_factor",
        ],
    };

    /// <summary>Frequencies, factor and settings.</summary>
    /// <param name="config">The config, for the contexts it states.</param>
    /// <param name="scaling">The section of the scaling.</param>
    /// <param name="type">Which scaling.</param>
    /// <param name="theta">The base.</param>
    /// <param name="size">Dimensions that rotate.</param>
    public static (double[] Frequencies, double Factor, RotaryOrigin Origin) Of(
        ModelConfig config, ModelConfig scaling, string type, double theta, int size)
    {
        double[] usual = Rotary.Frequencies(theta, size);
        switch (type)
        {
            case "linear":
                double factor = Factor(scaling, "factor");
                return ([.. usual.Select(f => f / factor)], 1, new(theta, type, factor));
            case "llama3":
                var origin = new RotaryOrigin(
                    theta, type, Factor(scaling, "factor"), Factor(scaling, "low_freq_factor"),
                    Factor(scaling, "high_freq_factor"), Factor(scaling, "original_max_position_embeddings"));
                return (Llama3(scaling, origin, usual), 1, origin);
            case "dynamic":
                // The base grows with texts beyond max_position_embeddings, and Loci reads none.
                return (usual, 1, new(theta, type, Factor(scaling, "factor")) { Settings = Written(scaling, type) });
            case "yarn":
                return Yarn(config, scaling, theta, size, usual);
            case "longrope" or "su":
                return LongRope(config, scaling, theta, usual);
            default:
                throw new UnsupportedException(
                    $"{config.Path}: rotary scaling «{type}» is not implemented; "
                    + $"{string.Join(", ", Settings.Keys)} are.");
        }
    }

    // Llama 3.1: long wavelengths are stretched by the factor, short ones kept, those between blended.
    private static double[] Llama3(ModelConfig scaling, RotaryOrigin origin, double[] usual)
    {
        double factor = origin.Factor, low = origin.LowFrequencyFactor, high = origin.HighFrequencyFactor,
            context = origin.OriginalContext;
        if (high <= low) throw scaling.Wrong($"high_freq_factor {high} is not above low_freq_factor {low}");
        return [.. usual.Select(frequency =>
        {
            double wavelength = 2 * Math.PI / frequency;
            if (wavelength < context / high) return frequency;
            if (wavelength > context / low) return frequency / factor;
            double blend = (context / wavelength - low) / (high - low);
            return (1 - blend) * frequency / factor + blend * frequency;
        })];
    }

    // Peng et al. 2023, arXiv 2309.00071: pairs that turn often within the original context are kept, those that turn
    // less than once stretched, those between blended along their index.
    private static (double[] Frequencies, double Factor, RotaryOrigin Origin) Yarn(
        ModelConfig config, ModelConfig scaling, double theta, int size, double[] usual)
    {
        var (original, stated) = Contexts(config, scaling);
        double factor = scaling.OptionalNumber("factor") ?? stated / original;
        double mscale = scaling.Number("mscale", 0), all = scaling.Number("mscale_all_dim", 0);
        double attention = scaling.OptionalNumber("attention_factor")
            ?? (mscale != 0 && all != 0 ? Grown(mscale) / Grown(all) : Grown(1));
        double low = Edge(scaling.Number("beta_fast", 32)), high = Edge(scaling.Number("beta_slow", 1));
        if (scaling.Flag("truncate", true)) (low, high) = (Math.Floor(low), Math.Ceiling(high));
        (low, high) = (Math.Max(low, 0), Math.Min(high, size - 1));
        if (low == high) high += 0.001;
        double[] frequencies =
        [
            .. usual.Select((f, i) =>
            {
                double stretched = Math.Clamp((i - low) / (high - low), 0, 1);
                return f * (1 - stretched) + f / factor * stretched;
            }),
        ];
        return (frequencies, attention, new(theta, "yarn", factor, OriginalContext: original)
        {
            Settings = Written(scaling, "yarn", scaling.Has("factor") ? null : ("factor", factor), original),
        });

        double Grown(double by) => factor <= 1 ? 1 : 0.1 * by * Math.Log(factor) + 1;

        // The pair that turns so many times within the original context.
        double Edge(double turns) => size * Math.Log(original / (turns * 2 * Math.PI)) / (2 * Math.Log(theta));
    }

    // Ding et al. 2024, arXiv 2402.13753: a divisor for every pair, of texts within the original context and of longer
    // ones. Loci reads the former: keys that a text has left would be other ones once it is longer.
    private static (double[] Frequencies, double Factor, RotaryOrigin Origin) LongRope(
        ModelConfig config, ModelConfig scaling, double theta, double[] usual)
    {
        var (original, stated) = Contexts(config, scaling);
        var divisors = scaling.Numbers("short_factor");
        if (divisors.Count != usual.Length || scaling.Numbers("long_factor").Count != usual.Length)
            throw scaling.Wrong($"short_factor and long_factor are to hold {usual.Length} numbers each");
        double factor = scaling.OptionalNumber("factor") ?? stated / original;
        double attention = scaling.OptionalNumber("attention_factor")
            ?? (factor <= 1 ? 1 : Math.Sqrt(1 + Math.Log(factor) / Math.Log(Math.Max(original, 2))));
        return ([.. usual.Select((f, i) => f / divisors[i])], attention,
            new(theta, "longrope", factor, OriginalContext: original)
            {
                Settings = Written(scaling, "longrope", ("factor", factor), original),
                StatedContext = (int)stated,
            });
    }

    // The context of the first training and the one that is stated. One beside the section goes before one inside.
    private static (double Original, double Stated) Contexts(ModelConfig config, ModelConfig scaling)
    {
        int stated = config.Size("max_position_embeddings");
        double original = config.OptionalNumber("original_max_position_embeddings")
            ?? scaling.OptionalNumber("original_max_position_embeddings") ?? stated;
        return (original, stated);
    }

    // The section as transformers 4 has it.
    private static string Written(
        ModelConfig scaling, string type, (string Name, double Value)? added = null, double? original = null)
    {
        var json = scaling.ToJson();
        foreach (string name in (string[])["type", "rope_theta", "partial_rotary_factor"]) json.Remove(name);
        json["rope_type"] = type;
        if (added is var (field, value)) json[field] = value;
        if (original is not null) json["original_max_position_embeddings"] = original;
        return json.ToJsonString();
    }

    private static double Factor(ModelConfig scaling, string name) =>
        scaling.OptionalNumber(name) is not { } value ? throw scaling.Missing(name)
        : value > 0 ? value
        : throw scaling.Wrong($"{name} is {value}, where a positive number is wanted");
}
