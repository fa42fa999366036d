namespace Loci.Checkpoints;

/// <summary>Where a folder, in Hugging Face layout or with a llama2.c model, keeps its weights.</summary>
internal static class ModelFolder
{
    public const string SingleFile = "model.safetensors";
    public const string IndexFile = "model.safetensors.index.json";

    /// <summary>What to do about weights that only exist as Python pickles.</summary>
    public const string PickleAdvice =
        "holds PyTorch .bin weights only, which are Python programs and are not opened; convert them with " +
        "save_pretrained(..., safe_serialization=True), or look for a revision of the model that has safetensors";

    /// <summary>
    /// The single file, else the index, else the only safetensors file there is, else the only llama2.c file.
    /// </summary>
    public static string FindWeights(string folder)
    {
        foreach (string name in (ReadOnlySpan<string>)[SingleFile, IndexFile])
            if (Path.Combine(folder, name) is var path && File.Exists(path))
                return path;
        string[] files, others;
        try
        {
            files = Directory.GetFiles(folder, "*.safetensors");
            others = Directory.GetFiles(folder, "*.bin");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidFileException(folder, $"cannot be read: {e.Message}", inner: e);
        }
        bool pickled = others.Any(file => Path.GetFileName(file).StartsWith("pytorch_model", StringComparison.Ordinal));
        if (files.Length == 0 && !pickled) files = [.. others.Where(file => Path.GetFileName(file) != "tokenizer.bin")];
        return files.Length == 1 ? files[0] : throw new InvalidFileException(folder, files.Length > 1
            ? $"holds {files.Length} files of weights but neither {SingleFile} nor {IndexFile}; name the file to open"
            : pickled ? PickleAdvice : $"holds neither {SingleFile} nor {IndexFile}{Others(folder)}");
    }

    // What else people have in such a folder.
    private static string Others(string folder)
    {
        string[] names =
        [
            .. Directory.GetFiles(folder).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal),
        ];
        foreach (string name in names)
            if (Path.GetExtension(name).ToLowerInvariant() is ".gguf" or ".pt" or ".pth" or ".h5" or ".msgpack"
                or ".ckpt" or ".onnx"
                && FileKind.Of(InputFile.Start(Path.Combine(folder, name))) is { } kind)
                return $", but {ErrorText.Quote(name)}, {kind.Name}: {kind.Advice}";
        return "";
    }
}
