using Loci.Checkpoints;

namespace Loci.Models.Hub;

/// <summary>Which files of a model's repository Loci reads.</summary>
internal static class HubFiles
{
    public const string Config = "config.json";

    /// <summary>Files beside the weights; all but <see cref="Config"/> may be absent.</summary>
    public static IReadOnlyList<string> Small { get; } =
        [Config, "tokenizer.json", "tokenizer_config.json"];

    /// <summary>The file the weights start from: the single file, else the index of shards.</summary>
    /// <exception cref="LociException">The repository has neither, or no config.json.</exception>
    public static string ChooseWeights(HubModelId model, IReadOnlySet<string> files)
    {
        if (!files.Contains(Config)) throw new LociException($"{model} has no {Config}: not a transformer in Hugging Face layout");
        foreach (string name in (ReadOnlySpan<string>)[ModelFolder.SingleFile, ModelFolder.IndexFile])
            if (files.Contains(name)) return name;
        throw new LociException(files.Any(IsPickle)
            ? $"{model} {ModelFolder.PickleAdvice}"
            : $"{model} has neither {ModelFolder.SingleFile} nor {ModelFolder.IndexFile}");
    }

    private static bool IsPickle(string file) =>
        file.StartsWith("pytorch_model", StringComparison.Ordinal) && file.EndsWith(".bin", StringComparison.Ordinal);
}
