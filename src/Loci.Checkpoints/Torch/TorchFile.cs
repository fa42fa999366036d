using Loci.Checkpoints.Torch;

namespace Loci.Checkpoints;

/// <summary>
/// A file of PyTorch's <c>torch.save</c> (<c>.bin</c>, <c>.pt</c>, <c>.pth</c>), memory-mapped. Its description is a
/// pickle, which is a program: it is read as data, never run, and may name tensors and plain containers alone. The
/// tensors are those of the object itself, or of its member <c>model</c>, <c>state_dict</c> or <c>module</c>.
/// </summary>
public sealed class TorchFile : Checkpoint
{
    private readonly MappedFile _file;
    private readonly TorchLayout _layout;
    private readonly Dictionary<string, TorchTensor> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorInfo> _infos = new(StringComparer.Ordinal);

    private TorchFile(MappedFile file, TorchLayout layout) : base(file.Path)
    {
        (_file, _layout) = (file, layout);
        foreach (var (key, value) in StateDict(layout.Root, file.Path).Pairs)
        {
            if (key is not string name || TorchTensor.Of(value, file.Path) is not { } tensor)
                throw new UnsupportedException(
                    $"{file.Path}: {ErrorText.Quote($"{key}")} among the weights is no tensor "
                    + $"({(value as PickleObject)?.Global.FullName ?? "a plain value"}).");
            _tensors[name] = tensor;
            _infos[name] = new(name, tensor.Type, [.. tensor.Shape]) { Offset = Place(name, tensor) };
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, TensorInfo> Tensors => _infos;

    /// <summary>The whole object, for readers that know what else it holds.</summary>
    internal object? Root => _layout.Root;

    /// <summary>Opens a file.</summary>
    /// <exception cref="InvalidFileException">The file cannot be read or breaks the format; says where.</exception>
    /// <exception cref="UnsupportedException">
    /// It holds something else than tensors and plain containers, named in the message.
    /// </exception>
    public static TorchFile Open(string path) => Open(MappedFile.Open(path));

    internal static TorchFile Open(MappedFile file)
    {
        try
        {
            return new(file, TorchLayout.Read(file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static PickleDict StateDict(object? root, string path)
    {
        if (root is not PickleDict dict)
            throw new UnsupportedException(
                $"{path}: holds {(root as PickleObject)?.Global.FullName ?? "no dictionary"}, where a state_dict is "
                + "wanted.");
        if (dict.Pairs.Exists(pair => TorchTensor.Of(pair.Value, path) is not null)) return dict;
        foreach (string member in (ReadOnlySpan<string>)["model", "state_dict", "module"])
            if (dict[member] is PickleDict inner) return inner;
        return dict;
    }

    private long Place(string name, TorchTensor tensor)
    {
        if (!_layout.Storages.TryGetValue(tensor.Storage.Key, out var numbers))
            throw new InvalidFileException(Path, $"lacks the numbers of the tensor {ErrorText.Quote(name)}");
        Int128 first = (Int128)tensor.Storage.First * tensor.Size;
        Int128 bytes = (Int128)tensor.Storage.Count * (tensor.Storage.Type is null ? 1 : tensor.Size);
        if (first + bytes > numbers.Length)
            throw new InvalidFileException(Path,
                $"the numbers of the tensor {ErrorText.Quote(name)} take {bytes} bytes, of {numbers.Length} there are",
                numbers.Offset);
        return numbers.Offset + (long)first + tensor.Offset * tensor.Size;
    }

    private protected override Tensor Open(TensorInfo info)
    {
        var tensor = _tensors[info.Name];
        return tensor.IsContiguous
            ? new(_file, info)
            : new(_file, info, () => tensor.Copy(_file, info.Offset - tensor.Offset * tensor.Size));
    }

    internal override MappedFile FileOf(string name) => _file;

    private protected override string HashContent() => _file.Sha256();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _file.Dispose();
}
