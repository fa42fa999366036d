using Loci.Checkpoints;
using Loci.Models;

namespace Loci.BuiltIn;

/// <summary>
/// The trained models that come along, a folder each beside this file, in the layout of any Hugging Face checkpoint.
/// How each was made stands in its <c>training.json</c>.
/// </summary>
public static class BuiltInModels
{
    private static readonly string[] s_trained = ["demo", "demo-gated", "demo-delta", Documentation];

    private static readonly string[] s_tokenizer = ["tokenizer.json", "tokenizer_config.json"];

    /// <summary>
    /// The model that learned from the documentation of the .NET libraries; the others know a generated world.
    /// </summary>
    public const string Documentation = "demo-docs";

    /// <summary>
    /// Their names, and last that of the model whose cells are written by hand (<see cref="Model.ConstructedName"/>).
    /// </summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_trained, Model.ConstructedName];

    /// <summary>Opens one of <see cref="Names"/>.</summary>
    /// <exception cref="LociException">There is no such model here.</exception>
    public static Model Open(string name)
    {
        if (name == Model.ConstructedName) return Model.Open(name);
        if (!s_trained.Contains(name))
            throw Unknown(name);
        return Model.FromFiles(
            name, Bytes(name, "config.json"), Weights(name), Bytes(name, s_tokenizer[0]), Bytes(name, s_tokenizer[1]));
    }

    /// <summary>The files of a trained built-in model's tokenizer, by name; none for the one written by hand.</summary>
    /// <exception cref="LociException">There is no such model here.</exception>
    public static IReadOnlyList<KeyValuePair<string, byte[]>> TokenizerFiles(string name) =>
        name == Model.ConstructedName ? [] : s_trained.Contains(name)
        ? [.. s_tokenizer.Select(file => KeyValuePair.Create(file, Bytes(name, file)))]
        : throw Unknown(name);

    // The weights are read where they lie in the program's memory: the runtime gives resources of an assembly as a view
    // of its image, valid for the life of the process.
    private static SafetensorsFile Weights(string name)
    {
        const string file = "model.safetensors";
        return SafetensorsFile.Open(MappedFile.Of($"{name}/{file}", (UnmanagedMemoryStream)Resource(name, file)));
    }

    private static LociException Unknown(string name) =>
        new($"There is no built-in model «{name}»; there are {string.Join(", ", Names)}.");

    private static byte[] Bytes(string name, string file)
    {
        using var resource = Resource(name, file);
        byte[] bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }

    private static Stream Resource(string name, string file) =>
        typeof(BuiltInModels).Assembly.GetManifestResourceStream($"{name}/{file}")
        ?? throw new InvalidOperationException($"The build left out {name}/{file}.");
}
