using Loci.BuiltIn;
using Loci.Checkpoints;
using Loci.Editing;
using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Tests.Models;
using Loci.Tracing;

namespace Loci.Tests.Editing;

/// <summary>
/// An edited model as a checkpoint of its own: the overlay's bits, and no more rounding than is asked for.
/// </summary>
public sealed class ExportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData("demo"), InlineData("demo-gated"), InlineData("demo-delta")]
    public void What_is_exported_says_what_the_overlay_says_bit_for_bit(string name)
    {
        using var model = BuiltInModels.Open(name);
        var plan = new Editor(model, EditJournal.Of(model), null).Plan(
            [new("The capital of Norvia is", "Norvia", " Tarsbridge")], new DeltaRuleEdit(), new());
        using var edited = EditedModel.Open(model, EditJournal.Of(model).Add(plan.Entry));
        Exported(edited, [.. model.Encode("The capital of Norvia is Tarsbridge and")]);
        string changed = plan.Entry.Changes[0].Tensor;
        var slot = edited.Transformer.Tensors.First(tensor => tensor.Name == changed);
        Assert.Equal(WeightFormat.Float32, edited.Transformer.FormatOf(slot));
        using var again = Model.Open(_folder["out"]);
        foreach (var tensor in model.Transformer.Tensors.Where(tensor => tensor.IsMatrix && tensor != slot))
            Assert.Equal(model.Transformer.FormatOf(tensor), again.Transformer.FormatOf(tensor));
    }

    [Theory, MemberData(nameof(Golden.Families), MemberType = typeof(Golden))]
    public void So_does_every_family_trained_or_solved(string family)
    {
        using var model = Model.Open(Golden.Folder(family));
        var random = new Random(1);
        int layer = model.Spec.Layers - 1;
        var slot = LayerKeys.Slot(model.Transformer, layer);
        double[] left = AlgebraTests.Numbers(random, (int)slot.Shape[0]),
            right = AlgebraTests.Numbers(random, (int)slot.Shape[1]);
        var queries = model.Transformer.Tensors.First(tensor => tensor.IsMatrix && tensor.Layer == 0);
        using var edited = EditedModel.Apply(
            model,
            [
                new(slot.Name, new([new(left, right)]), null, [], []),
                new(queries.Name, null, [.. AlgebraTests.Numbers(random, queries.Count).Select(x => (float)x)], [], []),
            ], "edited");
        Exported(edited, Golden.Load(family).Ids);
    }

    [Theory, InlineData(TensorType.Float16), InlineData(TensorType.BFloat16)]
    public void A_rounded_one_is_of_that_type_throughout(TensorType type)
    {
        using var model = BuiltInModels.Open("demo");
        ModelDirectory.Write(_folder["out"], model.Transformer, type);
        using var file = SafetensorsFile.Open(_folder["out/model.safetensors"]);
        Assert.All(file.Tensors.Values, tensor => Assert.Equal(type, tensor.Type));
    }

    private void Exported(Model edited, int[] ids)
    {
        ModelDirectory.Write(_folder["out"], edited.Transformer, type: null);
        using var again = Model.Open(_folder["out"]);
        Assert.Equal(Logits(edited.Transformer, ids), Logits(again.Transformer, ids));
    }

    private static float[] Logits(Transformer transformer, int[] ids)
    {
        var pass = new Recording([new(TapPoint.Logits, 0)]);
        pass.Run(transformer, Batch.Of(ids));
        return pass[TapPoint.Logits];
    }
}
