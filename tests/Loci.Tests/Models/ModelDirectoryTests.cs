using Loci.Checkpoints;
using Loci.Models;
using Loci.Models.Blocks;
using Loci.Tracing;

namespace Loci.Tests.Models;

/// <summary>Every family can be written as well as read.</summary>
public sealed class ModelDirectoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Golden.Families), MemberType = typeof(Golden))]
    public void What_is_written_is_the_model_that_was_read(string family)
    {
        var model = Model.Open(Golden.Folder(family)).Transformer;
        ModelDirectory.Write(_folder.Path, model, TensorType.Float32);
        var again = Model.Open(_folder.Path).Transformer;
        Assert.Equal(model.Spec.Blocks, again.Spec.Blocks);
        Assert.Equal(model.Tensors, again.Tensors);
        int[] ids = Golden.Load(family).Ids;
        Assert.Equal(Logits(model, ids), Logits(again, ids));
        // Gemma stores gains less one, which costs the last bit of those beyond 2.
        foreach (var tensor in model.Tensors.Where(tensor => tensor.Shape.Length > 1))
            Assert.Equal(model.Read(tensor), again.Read(tensor));
    }

    [Fact]
    public void What_a_family_cannot_say_is_refused_by_name()
    {
        var spec = Model.Open(Golden.Folder("llama")).Spec;
        var parallel = spec with { Blocks = [.. spec.Blocks.Select(block => block with { Parallel = true })] };
        Assert.Contains("layer 0", Assert.Throws<UnsupportedException>(() => ModelDirectory.Check(parallel)).Message);
        var softmax = (SoftmaxSpec)spec.Blocks[0].Mixer;
        Assert.Throws<UnsupportedException>(
            () => ModelDirectory.Check(spec.WithMixers(softmax, softmax with { Window = 5 })));
        Assert.Throws<UnsupportedException>(() => ModelDirectory.Check(spec with { Family = "random" }));
    }

    [Fact]
    public void Replaced_tensors_change_and_the_rest_is_shared()
    {
        var model = Model.Open(Golden.Folder("gated-deltanet-hybrid")).Transformer;
        var values = model.Tensors.First(tensor => tensor.Role == Loci.Models.Weights.TensorRole.Values);
        var other = model.With(tensor => tensor == values ? new float[tensor.Count] : null);
        Assert.All(other.Read(values), value => Assert.Equal(0, value));
        Assert.Same(model.Embedding.Matrix, other.Embedding.Matrix);
        foreach (var tensor in model.Tensors.Where(tensor => tensor != values))
            Assert.Equal(model.Read(tensor), other.Read(tensor));
        Assert.NotEqual(Logits(model, [1, 2, 3]), Logits(other, [1, 2, 3]));
        Assert.Equal(Logits(model, [1, 2, 3]), Logits(model.With(_ => null), [1, 2, 3]));
    }

    private static float[] Logits(Transformer transformer, int[] ids)
    {
        var pass = new Recording([new(TapPoint.Logits, 0)]);
        pass.Run(transformer, Batch.Of(ids));
        return pass[TapPoint.Logits];
    }
}
