using Loci.Models.Families;

namespace Loci.Models;

/// <summary>
/// What <c>generation_config.json</c> says beside a <c>config.json</c>: as in transformers, where the file states which
/// tokens end a text, it goes before the config. Its defaults of drawing are the caller's business and are not read.
/// </summary>
internal static class GenerationConfig
{
    public const string FileName = "generation_config.json";

    /// <summary>
    /// The spec with the marks that the file of a folder states; the same spec where there is no such file.
    /// </summary>
    /// <exception cref="LociException">The file cannot be read, or what it says of tokens makes no sense.</exception>
    public static ModelSpec Apply(ModelSpec spec, string folder)
    {
        string path = Path.Combine(folder, FileName);
        return File.Exists(path) ? Apply(spec, ModelConfig.Load(path)) : spec;
    }

    internal static ModelSpec Apply(ModelSpec spec, ModelConfig generation) => spec with
    {
        EndOfSequence = generation.Mentions("eos_token_id") ? generation.TokenIds("eos_token_id") : spec.EndOfSequence,
        BeginOfSequence = generation.TokenId("bos_token_id") ?? spec.BeginOfSequence,
    };
}
