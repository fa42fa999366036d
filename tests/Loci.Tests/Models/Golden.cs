using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Loci.Tests.Models;

/// <summary>
/// Float64 values that an independent implementation computed (Oracle/README.md), and the model they belong to.
/// </summary>
internal sealed class Golden
{
    private readonly Dictionary<string, byte[]> _tensors = [];

    private Golden(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        int header = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        using var json = JsonDocument.Parse(file.AsMemory(8, header));
        foreach (var entry in json.RootElement.EnumerateObject())
        {
            if (!entry.Value.TryGetProperty("data_offsets", out var offsets)) continue;
            _tensors[entry.Name] = file[(8 + header + offsets[0].GetInt32())..(8 + header + offsets[1].GetInt32())];
        }
    }

    /// <summary>Every family of the oracle.</summary>
    public static TheoryData<string> Families { get; } =
        [.. Directory.GetDirectories(Folder(".")).Select(d => Path.GetFileName(d)).Order()];

    public int[] Ids => [.. MemoryMarshal.Cast<byte, long>(_tensors["ids"]).ToArray().Select(id => (int)id)];

    public IEnumerable<string> Names => _tensors.Keys;

    public double[] this[string name] => MemoryMarshal.Cast<byte, double>(_tensors[name]).ToArray();

    public static string Folder(string family) =>
        Path.Combine(AppContext.BaseDirectory, "Models", "Oracle", "families", family);

    /// <summary>The goldens of a family, one sequence each.</summary>
    public static IEnumerable<string> Files(string family) =>
        Directory.GetFiles(Folder(family), "golden*.safetensors").Select(file => Path.GetFileName(file))
            .Order(StringComparer.Ordinal);

    public static Golden Load(string family, string file = "golden.safetensors") =>
        new(Path.Combine(Folder(family), file));
}
