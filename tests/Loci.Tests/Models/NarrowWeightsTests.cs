using Loci.Models;
using Loci.Checkpoints;
using Loci.Tracing;

namespace Loci.Tests.Models;

/// <summary>
/// A checkpoint of 16-bit weights computes the same bits as its exact float32 widening, in every family.
/// </summary>
public class NarrowWeightsTests
{
    public static TheoryData<string, TensorType> Cases { get; } =
        [.. from row in Golden.Families from type in (TensorType[])[TensorType.Float16,
            TensorType.BFloat16] select (row.Data, type)];

    [Theory, MemberData(nameof(Cases))]
    public void Narrow_is_wide(string family, TensorType type)
    {
        using TemporaryFolder narrow = new(), wide = new();
        foreach (var folder in (TemporaryFolder[])[narrow, wide])
            File.Copy(Path.Combine(Golden.Folder(family), "config.json"), folder["config.json"]);
        using (var original = Checkpoint.OpenAny(Golden.Folder(family)))
            Write(narrow["model.safetensors"], original, type);
        using (var rounded = Checkpoint.OpenAny(narrow["model.safetensors"]))
            Write(wide["model.safetensors"], rounded, TensorType.Float32);

        Assert.Equal(Logits(wide.Path), Logits(narrow.Path));

        float[] Logits(string path)
        {
            var model = Model.Open(path);
            var pass = new Recording([new(TapPoint.Logits, 0)]);
            pass.Run(model.Transformer, Batch.Of(Golden.Load(family).Ids));
            return pass[TapPoint.Logits];
        }
    }

    private static void Write(string path, Checkpoint from, TensorType type)
    {
        var weights = from.Tensors.Values.Where(
            t => t.Type is TensorType.Float32 or TensorType.Float16 or TensorType.BFloat16).ToArray();
        using var writer = new SafetensorsWriter(path, weights.Select(t => t with { Type = type }));
        foreach (var tensor in weights) writer.Append(tensor.Name, from.OpenTensor(tensor.Name).ReadFloats());
        writer.Complete();
    }
}
