using Loci.Models;
using Loci.Models.Families;

namespace Loci.Fuzz.Targets;

/// <summary>generation_config.json beside a config: the ids of an accepted one are no negative numbers.</summary>
internal static class GenerationConfigTarget
{
    public static Target Target { get; } = new(
        "generation-config",
        """{"bos_token_id":1,"eos_token_id":[2,98],"temperature":0.6,"transformers_version":"4.46"}"""u8.ToArray(),
        Read);

    private static void Read(byte[] input)
    {
        var config = ModelConfig.Parse(ConfigTarget.Target.Seed, "config.json");
        var spec = GenerationConfig.Apply(Family.Of(config).Spec(config), ModelConfig.Parse(input, "input"));
        Target.Require(
            spec.EndOfSequence.All(id => id >= 0) && spec.BeginOfSequence is null or >= 0,
            "ids are no negative numbers");
    }
}
