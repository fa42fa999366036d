using System.Diagnostics.CodeAnalysis;

namespace Loci.Checkpoints;

/// <summary>
/// The tensors of a model on disk, memory-mapped: opening reads names and shapes alone. Safe to read from many threads;
/// spans of its tensors must not be used after <see cref="Dispose()"/>. A file that another program shortens while it
/// is mapped ends the process, as with every mapping: files are to be replaced, not overwritten.
/// </summary>
public abstract class Checkpoint : IDisposable
{
    private readonly Lazy<string> _contentHash;

    private protected Checkpoint(string path)
    {
        Path = path;
        _contentHash = new(HashContent);
    }

    /// <summary>The file it was opened from; of a sharded checkpoint, its index.</summary>
    public string Path { get; }

    /// <summary>Every tensor by name (ordinal).</summary>
    public abstract IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>
    /// What the weights are, lowercase hexadecimal: the SHA-256 of the file; of a sharded checkpoint, the SHA-256 of
    /// its shards' SHA-256 (64 ASCII digits and a line feed each) in ordinal order of their file names. Reads every
    /// byte the first time it is asked for.
    /// </summary>
    public string ContentHash => _contentHash.Value;

    /// <summary>
    /// Opens what a path holds: a folder (<see cref="ModelFolder"/>), a shard index, a safetensors, PyTorch, GGUF or
    /// llama2.c file. What a file is, its first bytes say.
    /// </summary>
    public static Checkpoint OpenAny(string path)
    {
        if (Directory.Exists(path)) return OpenAny(ModelFolder.FindWeights(path));
        if (path.EndsWith(".index.json", StringComparison.OrdinalIgnoreCase)) return ShardedCheckpoint.Open(path);
        var kind = File.Exists(path) ? FileKind.Of(InputFile.Start(path)) : null;
        return kind == FileKind.Zip || kind == FileKind.Pickle ? TorchFile.Open(path)
            : kind == FileKind.Gguf ? GgufFile.Open(path)
            : path.EndsWith(".bin", StringComparison.OrdinalIgnoreCase) ? Llama2cFile.Open(path)
            : SafetensorsFile.Open(path);
    }

    /// <summary>The weights of a tensor.</summary>
    /// <exception cref="InvalidFileException">There is no such tensor.</exception>
    /// <exception cref="UnsupportedException">
    /// Its type is none of F32, F16, BF16, or it holds more than 2³¹ − 1 numbers.
    /// </exception>
    public Tensor OpenTensor(string name) =>
        Tensors.TryGetValue(name, out var info) ? Open(info) : throw Missing([name]);

    /// <summary>The first of several spellings of a name that the checkpoint holds.</summary>
    public bool TryFind([NotNullWhen(true)] out string? name, params ReadOnlySpan<string> candidates)
    {
        name = null;
        foreach (string candidate in candidates)
            if (Tensors.ContainsKey(candidate))
            {
                name = candidate;
                return true;
            }
        return false;
    }

    /// <summary>The first of several spellings of a name that the checkpoint holds.</summary>
    /// <exception cref="InvalidFileException">It holds none of them.</exception>
    public string Find(params ReadOnlySpan<string> candidates) =>
        TryFind(out string? name, candidates) ? name : throw Missing(candidates);

    /// <summary>A vector, widened to float32. [length]</summary>
    /// <exception cref="InvalidFileException">There is no such tensor, or its shape is another.</exception>
    public float[] ReadVector(string name, int length) => OpenShaped(name, length).ReadFloats();

    /// <summary>A tensor whose shape is known beforehand.</summary>
    /// <exception cref="InvalidFileException">There is no such tensor, or its shape is another.</exception>
    public Tensor OpenShaped(string name, params ReadOnlySpan<long> shape)
    {
        var tensor = OpenTensor(name);
        if (!tensor.Info.Shape.AsSpan().SequenceEqual(shape))
            throw new InvalidFileException(
                FileOf(name).Path,
                $"tensor {ErrorText.Quote(name)} has the shape {tensor.Info.ShapeText}; " +
                $"[{string.Join(", ", shape.ToArray())}] was expected",
                tensor.Info.Offset);
        return tensor;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Unmaps the files.</summary>
    protected abstract void Dispose(bool disposing);

    internal abstract MappedFile FileOf(string name);

    /// <summary>The numbers of one of <see cref="Tensors"/>; as they lie in its file, unless they do not.</summary>
    private protected virtual Tensor Open(TensorInfo info) => new(FileOf(info.Name), info);

    /// <summary>The same, of another checkpoint that this one stands for.</summary>
    private protected static Tensor OpenIn(Checkpoint other, TensorInfo info) => other.Open(info);

    private protected abstract string HashContent();

    private InvalidFileException Missing(ReadOnlySpan<string> candidates) =>
        new(Path, $"has no tensor {string.Join(" or ", candidates.ToArray().Select(ErrorText.Quote))}");
}
