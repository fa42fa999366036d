using Loci.BuiltIn;
using Loci.Models;
using Loci.Models.Weights;

namespace Loci.Tests.Models;

/// <summary>A model knows what it is, also when it was changed in memory, and gives its memory back.</summary>
public class ModelIdentityTests
{
    [Fact]
    public void A_changed_model_has_an_identity_of_its_own_and_the_same_tokenizer()
    {
        var model = BuiltInModels.Open("demo");
        var first = model.With(Scaled(model.Transformer, 2), "first");
        var again = model.With(Scaled(model.Transformer, 2), "again");
        var other = model.With(Scaled(model.Transformer, 3), "other");
        Assert.Equal(3, new[] { model, first, other }.Select(m => m.Identity).Distinct().Count());
        Assert.Equal(model.Identity, model.With(model.Transformer.With(_ => null), "unchanged").Identity);
        Assert.Equal(first.Identity, again.Identity);
        Assert.Equal(model.TokenizerHash, first.TokenizerHash);
        Assert.Same(model.Tokenizer, first.Tokenizer);
        Assert.Throws<ArgumentException>(() => model.With(BuiltInModels.Open("demo-gated").Transformer, "another"));
    }

    [Fact]
    public void What_is_shared_outlives_one_of_its_owners()
    {
        var model = Model.Open(Golden.Folder("gpt2"));
        var changed = model.With(Scaled(model.Transformer, 2), "changed");
        var workspace = new Workspace(model.Spec);
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.Transformer.Forward(Batch.Of([1, 2]), workspace));
        changed.Transformer.Forward(Batch.Of([1, 2]), workspace);
        changed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => changed.Transformer.Forward(Batch.Of([1, 2]), workspace));
    }

    private static Transformer Scaled(Transformer transformer, float factor) => transformer.With(
        tensor => tensor is { Role: TensorRole.Values, Layer: 0, IsBias: false }
            ? [.. transformer.Read(tensor).Select(x => factor * x)]
            : null);
}
