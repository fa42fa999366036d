using System.Buffers.Binary;

namespace Loci.Checkpoints.Torch;

/// <summary>What a file of torch.save holds: its object, and where the numbers of its tensors lie.</summary>
/// <param name="Root">The object.</param>
/// <param name="Storages">Start and length in bytes, by key.</param>
internal sealed record TorchLayout(object? Root, Dictionary<string, (long Offset, long Length)> Storages)
{
    private const string Magic = "6CFC9C46F9206AA85019"; // as the older layout's first pickle has it
    private const int MostPickleBytes = 1 << 28;

    /// <summary>Reads the zip layout of torch 1.6 and later, or the older one.</summary>
    public static TorchLayout Read(MappedFile file) =>
        file.Length > 1 && file.Bytes(0, 2).SequenceEqual("PK"u8) ? Zip(file) : Legacy(file);

    private static TorchLayout Zip(MappedFile file)
    {
        var entries = ZipDirectory.Read(file);
        string pickle = entries.Keys.FirstOrDefault(name => name.EndsWith("/data.pkl", StringComparison.Ordinal))
            ?? throw new InvalidFileException(
                file.Path, "is a zip archive without data.pkl: not a file of torch.save");
        string folder = pickle[..^"data.pkl".Length];
        if (entries.ContainsKey($"{folder}constants.pkl"))
            throw new UnsupportedException($"{file.Path}: is a TorchScript program; save the model's state_dict.");
        string data = $"{folder}data/";
        foreach (var (name, entry) in entries)
            if (entry.Length == ZipDirectory.Packed
                && (name == pickle || name.StartsWith(data, StringComparison.Ordinal)))
                throw new UnsupportedException(
                    $"{file.Path}: the entry {ErrorText.Quote(name)} is compressed or encrypted; torch.save stores "
                    + "entries as they are.");
        if (entries.TryGetValue($"{folder}byteorder", out var order)
            && !(order.Length is >= 0 and < 64
                && file.Bytes(order.Offset, (int)order.Length).SequenceEqual("little"u8)))
            throw new UnsupportedException($"{file.Path}: its numbers are big-endian.");
        var (offset, length) = entries[pickle];
        if (length > MostPickleBytes)
            throw new InvalidFileException(file.Path, $"its pickle has {length} bytes, more than {MostPickleBytes}");
        object? root = PickleReader.Read(file.Bytes(offset, (int)length), file.Path, offset, out _);
        return new(root, entries.Where(entry => entry.Key.StartsWith(data, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[data.Length..], entry => entry.Value, StringComparer.Ordinal));
    }

    // Five pickles: a mark, the version, the machine, the object, the keys; then the numbers, key by key.
    private static TorchLayout Legacy(MappedFile file)
    {
        long at = 0;
        object? Next()
        {
            var bytes = file.Bytes(at, (int)Math.Min(file.Length - at, MostPickleBytes));
            object? value = PickleReader.Read(bytes, file.Path, at, out int length);
            at += length;
            return value;
        }

        if (Next() is not Magic)
            throw new UnsupportedException(
                $"{file.Path}: is a pickle, but not one that torch.save wrote; only checkpoints are read.");
        if (Next() is not 1001L)
            throw new UnsupportedException($"{file.Path}: is of an unknown version of torch.save.");
        if (Next() is not PickleDict machine || machine["little_endian"] is false)
            throw new UnsupportedException($"{file.Path}: its numbers are big-endian.");
        object? root = Next();
        var keys = (Next() as PickleList)?.Items.OfType<string>().ToList()
            ?? throw new InvalidFileException(file.Path, "does not list its storages", at);
        var sizes = StorageSizes.Of(root, file.Path);
        var storages = new Dictionary<string, (long, long)>(StringComparer.Ordinal);
        foreach (string key in keys)
        {
            if (at > file.Length - 8)
                throw new InvalidFileException(file.Path, $"ends before the numbers of {ErrorText.Quote(key)}", at);
            long count = BinaryPrimitives.ReadInt64LittleEndian(file.Bytes(at, 8));
            long size = sizes.GetValueOrDefault(key, 1), bytes = count < 0 || count > file.Length ? -1 : count * size;
            if (bytes < 0 || bytes > file.Length - at - 8)
                throw new InvalidFileException(file.Path, $"is cut within the numbers of {ErrorText.Quote(key)}", at);
            if (!storages.TryAdd(key, (at + 8, bytes)))
                throw new InvalidFileException(file.Path, $"holds the numbers of {ErrorText.Quote(key)} twice", at);
            at += 8 + bytes;
        }
        return new(root, storages);
    }
}
