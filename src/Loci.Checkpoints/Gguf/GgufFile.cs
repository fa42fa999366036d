using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Loci.Checkpoints.Gguf;

namespace Loci.Checkpoints;

/// <summary>
/// A GGUF model of llama.cpp (version 2 or 3), memory-mapped, in one file or in parts (<c>-00001-of-00003</c>), under
/// its own tensor names. Quantised blocks are widened to float32 when a tensor is read.
/// </summary>
public sealed partial class GgufFile : Checkpoint
{
    private readonly List<MappedFile> _parts;
    private readonly Dictionary<string, (MappedFile File, GgufTensor Tensor)> _places = new(StringComparer.Ordinal);

    private GgufFile(string path, List<MappedFile> parts) : base(path)
    {
        _parts = parts;
        Metadata = Add(parts[0]);
        if (Metadata.Whole("split.count") is > 1 and var count)
            foreach (string part in Parts(path, count))
            {
                parts.Add(MappedFile.Open(part));
                Add(parts[^1]);
            }
        Tensors = _places.ToDictionary(place => place.Key, place => place.Value.Tensor.Info, StringComparer.Ordinal);
    }

    /// <summary>What the file says of its model; of parts, the first one's.</summary>
    internal GgufMetadata Metadata { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Opens a file; of a model in parts, the first.</summary>
    /// <exception cref="InvalidFileException">The file cannot be read or breaks the format; says where.</exception>
    /// <exception cref="UnsupportedException">It is of another version, or a tensor is of an unknown type.</exception>
    public static GgufFile Open(string path)
    {
        var parts = new List<MappedFile> { MappedFile.Open(path) };
        try
        {
            return new(path, parts);
        }
        catch
        {
            foreach (var part in parts) part.Dispose();
            throw;
        }
    }

    private GgufMetadata Add(MappedFile file)
    {
        var head = file.Bytes(0, (int)Math.Min(file.Length, int.MaxValue));
        var tensors = GgufHeader.Read(head, file.Length, file.Path, out var metadata);
        foreach (var (name, tensor) in tensors)
            if (!_places.TryAdd(name, (file, tensor)))
                throw new InvalidFileException(file.Path, $"holds {ErrorText.Quote(name)}, as another part does");
        return new(file.Path, metadata);
    }

    // The other parts, in order.
    private static IEnumerable<string> Parts(string path, int count)
    {
        string name = System.IO.Path.GetFileName(path);
        var match = PartName().Match(name);
        if (!match.Success || match.Groups[2].Value != "00001" || count > 99999
            || match.Groups[3].Value != count.ToString("D5", CultureInfo.InvariantCulture))
            throw new InvalidFileException(
                path, $"is one of {count} parts: open the first, NAME-00001-of-{count:D5}.gguf");
        string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        return Enumerable.Range(2, count - 1).Select(part => System.IO.Path.Combine(
            folder, string.Create(
                CultureInfo.InvariantCulture, $"{match.Groups[1].Value}-{part:D5}-of-{count:D5}.gguf")));
    }

    [GeneratedRegex(@"^(.*)-(\d{5})-of-(\d{5})\.gguf$")]
    private static partial Regex PartName();

    private protected override Tensor Open(TensorInfo info)
    {
        var (file, tensor) = _places[info.Name];
        if (tensor.Format.Widen is null) return new(file, info);
        return tensor.Bytes > int.MaxValue
            ? throw new UnsupportedException($"{Path}: tensor {ErrorText.Quote(info.Name)} takes {tensor.Bytes} bytes.")
            : new(file, info, () => MemoryMarshal.AsBytes<float>(
                tensor.Format.ToFloats(file.Bytes(info.Offset, (int)tensor.Bytes))).ToArray());
    }

    internal override MappedFile FileOf(string name) => _places[name].File;

    private protected override string HashContent()
    {
        if (_parts is [var only]) return only.Sha256();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in _parts) hash.AppendData(Encoding.ASCII.GetBytes(part.Sha256() + "\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (var part in _parts) part.Dispose();
    }
}
