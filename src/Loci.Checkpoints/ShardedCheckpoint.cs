using System.Security.Cryptography;
using System.Text;

namespace Loci.Checkpoints;

/// <summary>
/// A checkpoint in several files, safetensors or PyTorch's, beside an index that says which holds which tensor.
/// </summary>
public sealed class ShardedCheckpoint : Checkpoint
{
    private readonly Dictionary<string, (Checkpoint Shard, TensorInfo Info)> _places;
    private readonly SortedDictionary<string, Checkpoint> _shards;

    private ShardedCheckpoint(
        string path,
        SortedDictionary<string, Checkpoint> shards,
        Dictionary<string, (Checkpoint Shard, TensorInfo Info)> places) : base(path)
    {
        (_shards, _places) = (shards, places);
        Tensors = places.ToDictionary(place => place.Key, place => place.Value.Info, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Opens an index and every shard it names.</summary>
    /// <param name="path">The index, <c>model.safetensors.index.json</c> or <c>pytorch_model.bin.index.json</c>; the
    /// shards lie beside it.</param>
    /// <exception cref="InvalidFileException">
    /// The index or a shard is missing or breaks its format, a tensor is not in the shard it is mapped to, or a shard
    /// holds a tensor that the index maps to another shard or not at all.
    /// </exception>
    public static ShardedCheckpoint Open(string path)
    {
        var index = ShardIndex.Read(path);
        string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        var shards = new SortedDictionary<string, Checkpoint>(StringComparer.Ordinal);
        try
        {
            foreach (string shard in index.Shards) shards.Add(shard, OpenShard(folder, shard, path));
            return new(path, shards, Place(index, shards, path));
        }
        catch
        {
            foreach (var shard in shards.Values) shard.Dispose();
            throw;
        }
    }

    private static Checkpoint OpenShard(string folder, string shard, string indexPath)
    {
        string file = System.IO.Path.Combine(folder, shard);
        return File.Exists(file)
            ? OpenAny(file)
            : throw new InvalidFileException(
                indexPath, $"names the shard {ErrorText.Quote(shard)}, which is not in {folder}");
    }

    private static Dictionary<string, (Checkpoint, TensorInfo)> Place(
        ShardIndex index, SortedDictionary<string, Checkpoint> shards, string path)
    {
        var places = new Dictionary<string, (Checkpoint, TensorInfo)>(
            index.WeightMap.Count, StringComparer.Ordinal);
        foreach (var (name, shard) in index.WeightMap)
            places.Add(name, shards[shard].Tensors.TryGetValue(name, out var info)
                ? (shards[shard], info)
                : throw new InvalidFileException(path,
                    $"maps tensor {ErrorText.Quote(name)} to {ErrorText.Quote(shard)}, which does not hold it"));
        foreach (var (shard, file) in shards)
            foreach (string name in file.Tensors.Keys)
                if (!index.WeightMap.TryGetValue(name, out string? mapped) || mapped != shard)
                    throw new InvalidFileException(path,
                        $"shard {ErrorText.Quote(shard)} holds tensor {ErrorText.Quote(name)}, which the index " +
                        (mapped is null ? "does not map" : $"maps to {ErrorText.Quote(mapped)}"));
        return places;
    }

    private protected override Tensor Open(TensorInfo info) => OpenIn(_places[info.Name].Shard, info);

    internal override MappedFile FileOf(string name) => _places[name].Shard.FileOf(name);

    private protected override string HashContent()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var shard in _shards.Values) hash.AppendData(Encoding.ASCII.GetBytes(shard.ContentHash + "\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (var shard in _shards.Values) shard.Dispose();
    }
}
