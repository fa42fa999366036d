using Loci.Models;
using Loci.Models.Generation;

namespace Loci.Tests.Models;

/// <summary>Every tensor of a checkpoint is used, compared, or named by a stated rule.</summary>
public sealed class StoredTensorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("_orig_mod."), InlineData("module."), InlineData("module._orig_mod."), InlineData("model."),
        InlineData("lm.net.")]
    public void Wrappers_of_names_are_looked_through(string prefix)
    {
        float[] plain = Logits(new TinyLlama());
        var wrapped = new TinyLlama();
        Rename(wrapped, name => prefix + name);
        Assert.Equal(plain, Logits(wrapped));
        string hash = Model.Open(_folder.Path).Hash;
        Assert.Equal(
            Convert.ToHexStringLower(
                System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(_folder["model.safetensors"]))), hash);
    }

    [Fact]
    public void A_wrapper_in_the_middle_of_names_is_looked_through()
    {
        float[] plain = Logits(new TinyLlama());
        var wrapped = new TinyLlama();
        Rename(wrapped, name => name.Replace("layers.0.", "layers.0._orig_mod.", StringComparison.Ordinal)
            .Replace("model.", "_orig_mod.model.", StringComparison.Ordinal));
        Assert.Equal(plain, Logits(wrapped));
    }

    [Fact]
    public void A_part_of_a_larger_model_is_refused_by_its_prefix()
    {
        var tiny = new TinyLlama();
        Rename(tiny, name => "language_model." + name);
        tiny.Tensors["vision.weight"] = ([1], [1]);
        string message = Assert.Throws<UnsupportedException>(() => Logits(tiny)).Message;
        Assert.Contains("«language_model.»", message);
        Assert.Contains("«vision.weight»", message);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public void A_tied_model_with_a_head_of_its_own_uses_it_and_says_so(bool differs)
    {
        var tiny = new TinyLlama();
        if (!differs) tiny.Tensors["model.embed_tokens.weight"].Values.CopyTo(tiny.Tensors["lm_head.weight"].Values, 0);
        float[] untied = Logits(tiny);
        tiny.Config["tie_word_embeddings"] = true;
        Assert.Equal(untied, Logits(tiny));
        var model = Model.Open(_folder.Path);
        Assert.Equal(!differs, model.Spec.Head.Tied);
        if (differs) Assert.Contains("«lm_head.weight» is stored and differs", Assert.Single(model.Warnings));
        else Assert.Empty(model.Warnings);
    }

    [Theory]
    [InlineData("model.rotary_emb.inv_freq", true), InlineData("model.layers.0.self_attn.rotary_emb.cos_cached", true)]
    [InlineData("model.layers.0.self_attn.rotary_emb.sin_cached", true), InlineData("freqs_cis", true)]
    [InlineData("model.layers.0.self_attn.rotary_emb.scale", false),
        InlineData("model.layers.0.mlp.up_proj.bias", false), InlineData("inv_freq.weight", false)]
    public void Tables_of_rotary_positions_are_passed_over_and_nothing_else(string name, bool accepted)
    {
        float[] plain = Logits(new TinyLlama());
        var tiny = new TinyLlama();
        tiny.Tensors[name] = ([2], [1, 1]);
        if (accepted) Assert.Equal(plain, Logits(tiny));
        else Assert.Contains($"«{name}»", Assert.Throws<UnsupportedException>(() => Logits(tiny)).Message);
    }

    private float[] Logits(TinyLlama tiny)
    {
        tiny.Write(_folder);
        var session = new Session(Model.Open(_folder.Path).Transformer);
        session.Read([1, 5, 9]);
        return session.Logits().ToArray();
    }

    private static void Rename(TinyLlama tiny, Func<string, string> name)
    {
        foreach (var (old, tensor) in tiny.Tensors.ToArray())
        {
            tiny.Tensors.Remove(old);
            tiny.Tensors[name(old)] = tensor;
        }
    }
}
