using Loci.Models.Checkpoints;

namespace Loci.Models.Embedded;

/// <summary>
/// The trained models inside the program, a folder each beside this file, in the layout of any Hugging Face checkpoint.
/// How each was made stands in its <c>training.json</c>.
/// </summary>
internal static class EmbeddedModel
{
    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["demo", "demo-gated", "demo-delta"];

    /// <summary>The weights, read where they lie in the program's memory.</summary>
    public static SafetensorsFile Checkpoint(string name)
    {
        const string file = "model.safetensors";
        // The runtime gives resources of an assembly as a view of its image, valid for the life of the process.
        var resource = (UnmanagedMemoryStream)Resource(name, file);
        return SafetensorsFile.Open(MappedFile.Of($"{name}/{file}", resource));
    }

    /// <summary>A small file of a model.</summary>
    public static byte[] Bytes(string name, string file)
    {
        using var resource = Resource(name, file);
        byte[] bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }

    private static Stream Resource(string name, string file) =>
        typeof(EmbeddedModel).Assembly.GetManifestResourceStream($"{name}/{file}")
        ?? throw new InvalidOperationException($"The build left out {name}/{file}.");
}
