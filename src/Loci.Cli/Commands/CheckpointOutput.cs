using System.CommandLine;
using Loci.Checkpoints;

namespace Loci.Cli.Commands;

/// <summary>What the commands share that write a model as a folder of safetensors: where to, in which type.</summary>
internal static class CheckpointOutput
{
    public static Option<string> Folder() =>
        new("--out") { HelpName = "FOLDER", Required = true, Description = "A new folder." };

    /// <param name="unrounded">What stands in the folder without the option: the end of its description.</param>
    public static Option<string?> Type(string unrounded)
    {
        var type = new Option<string?>("--dtype")
        {
            HelpName = "TYPE",
            Description = $"Round every weight to float16 or bfloat16, or widen all to float32. Without it {unrounded}",
        };
        Shared.OneOf(type, "float32", "float16", "bfloat16");
        return type;
    }

    /// <summary>The type by its name; null where none is asked for.</summary>
    public static TensorType? TypeOf(string? name) => name switch
    {
        "float32" => TensorType.Float32,
        "float16" => TensorType.Float16,
        "bfloat16" => TensorType.BFloat16,
        _ => null,
    };

    /// <exception cref="LociException">The folder is there already.</exception>
    /// <exception cref="UsageException">GGUF is asked for; <paramref name="advice"/> says what to do.</exception>
    public static void RequireNew(string folder, string advice = "")
    {
        if (folder.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase))
            throw new UsageException($"GGUF is read and not written: --out is a folder for safetensors.{advice}");
        if (Path.Exists(folder)) throw new LociException($"{folder} exists. Give another name.");
    }
}
