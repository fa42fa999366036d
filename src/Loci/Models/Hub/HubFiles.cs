using Loci.Checkpoints;

namespace Loci.Models.Hub;

/// <summary>Which files of a model's repository Loci reads.</summary>
internal static class HubFiles
{
    public const string Config = "config.json";

    private const string Tokenizer = "tokenizer.json";

    private static readonly string[] s_small =
        [
            Config, "generation_config.json", Tokenizer, "tokenizer_config.json", "special_tokens_map.json",
            "added_tokens.json",
        ];

    // What stands for the tokenizer where there is no tokenizer.json.
    private static readonly string[] s_vocabulary = ["vocab.json", "merges.txt", "tokenizer.model", "spiece.model"];

    /// <summary>
    /// Files beside the weights, of a repository or folder with these files; all but
    /// <see cref="Config"/> may be absent.
    /// </summary>
    public static IEnumerable<string> Beside(IReadOnlySet<string> files) =>
        files.Contains(Tokenizer) ? s_small : s_small.Concat(s_vocabulary);

    /// <summary>
    /// Most bytes that are read of a file beside the weights; null where nothing but the announced size bounds it.
    /// </summary>
    public static long? MostBytes(string file) =>
        file != Tokenizer && s_small.Contains(file) ? InputFile.MostJsonBytes : null;

    /// <summary>The file the weights start from, by <see cref="ModelFolder.Starts"/>.</summary>
    /// <exception cref="LociException">The repository has none, or no config.json.</exception>
    public static string ChooseWeights(HubModelId model, IReadOnlySet<string> files)
    {
        if (!files.Contains(Config))
            throw new LociException($"{model} has no {Config}: not a transformer in Hugging Face layout");
        foreach (string name in ModelFolder.Starts)
            if (files.Contains(name)) return name;
        throw new LociException($"{model} has none of {string.Join(", ", ModelFolder.Starts)}");
    }
}
