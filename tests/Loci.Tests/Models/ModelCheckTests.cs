using Loci.Memory.Numerics;
using Loci.Models;

namespace Loci.Tests.Models;

public sealed class ModelCheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("llama"), InlineData("gpt2"), InlineData("gpt-neox-sequential"), InlineData("gemma2")]
    public void A_model_that_opens_has_no_problems_and_is_counted_in_full(string family)
    {
        var check = ModelCheck.Of(Golden.Folder(family));
        using var model = Model.Open(Golden.Folder(family));
        Assert.Empty(check.Problems);
        Assert.Equal(model.Spec.Family, check.Spec!.Family);
        Assert.Equal(model.Transformer.Tensors.Sum(tensor => (long)tensor.Count), check.Parameters);
        Assert.Equal(
            model.Transformer.Tensors.Sum(tensor =>
                (long)tensor.Count * (model.Transformer.FormatOf(tensor) == WeightFormat.Float32 ? 4 : 2)),
            check.WeightBytes);
    }

    [Fact]
    public void A_config_alone_is_read()
    {
        string path = _folder.Write("config.json",
            File.ReadAllBytes(Path.Combine(Golden.Folder("llama"), "config.json")));
        var check = ModelCheck.Of(path);
        Assert.Empty(check.Problems);
        Assert.Null(check.WeightBytes);
        Assert.Equal(ModelCheck.Of(Golden.Folder("llama")).Parameters, check.Parameters);
        Assert.Contains("holds none of", Assert.Single(ModelCheck.Of(_folder.Path).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_tensor_that_is_missing_or_unread_is_named_and_the_model_does_not_open()
    {
        var llama = new TinyLlama();
        llama.Tensors.Remove("model.norm.weight");
        llama.Tensors.Remove("lm_head.weight");
        llama.Tensors.Add("model.layers.0.extra.weight", ([2], [1, 2]));
        llama.Write(_folder);
        var problems = ModelCheck.Of(_folder.Path).Problems;
        Assert.Equal(3, problems.Count);
        foreach (string name in (string[])["model.norm.weight", "lm_head.weight", "model.layers.0.extra.weight"])
            Assert.Contains(problems, problem => problem.Contains(name, StringComparison.Ordinal));
        Assert.ThrowsAny<LociException>(() => Model.Open(_folder.Path));
    }
}
