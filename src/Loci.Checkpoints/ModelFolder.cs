namespace Loci.Checkpoints;

/// <summary>Where a folder, in Hugging Face layout or with a llama2.c model, keeps its weights.</summary>
internal static class ModelFolder
{
    private static readonly string[] s_torch = ["*.bin", "*.pt", "*.pth"];

    public const string SingleFile = "model.safetensors";
    public const string IndexFile = "model.safetensors.index.json";

    public const string TorchFile = "pytorch_model.bin";
    public const string TorchIndex = "pytorch_model.bin.index.json";

    /// <summary>What weights may start from, best first: the single file, else the index of shards.</summary>
    public static IReadOnlyList<string> Starts { get; } = [SingleFile, IndexFile, TorchFile, TorchIndex];

    /// <summary>
    /// The first of <see cref="Starts"/>, else the only safetensors file there is, else the only GGUF file, else the
    /// only file of PyTorch or llama2.c.
    /// </summary>
    public static string FindWeights(string folder)
    {
        foreach (string name in Starts)
            if (Path.Combine(folder, name) is var path && File.Exists(path))
                return path;
        string[] files;
        try
        {
            files = Directory.GetFiles(folder, "*.safetensors");
            if (files.Length == 0) files = Directory.GetFiles(folder, "*.gguf");
            if (files.Length == 0)
                files =
                [
                    .. s_torch.SelectMany(pattern => Directory.GetFiles(folder, pattern))
                        .Where(file => Path.GetFileName(file) is not ("tokenizer.bin" or "training_args.bin")),
                ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidFileException(folder, $"cannot be read: {e.Message}", inner: e);
        }
        return files.Length == 1 ? files[0] : throw new InvalidFileException(folder, files.Length > 1
            ? $"holds {files.Length} files of weights but none of {string.Join(", ", Starts)}; name the file to open"
            : $"holds none of {string.Join(", ", Starts)}{Others(folder)}");
    }

    // What else people have in such a folder.
    private static string Others(string folder)
    {
        string[] names =
        [
            .. Directory.GetFiles(folder).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal),
        ];
        foreach (string name in names)
            if (Path.GetExtension(name).ToLowerInvariant() is ".h5" or ".msgpack"
                or ".ckpt" or ".onnx"
                && FileKind.Of(InputFile.Start(Path.Combine(folder, name))) is { } kind)
                return $", but {ErrorText.Quote(name)}, {kind.Name}: {kind.Advice}";
        return "";
    }
}
