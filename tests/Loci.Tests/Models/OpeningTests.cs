using System.Text.Json.Nodes;
using Loci.Models;
using Loci.Models.Generation;

namespace Loci.Tests.Models;

/// <summary>What people have on their disks is opened as it is meant, or refused with what to do.</summary>
public sealed class OpeningTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"eos_token_id":[97,2]}""", new[] { 97, 2 }), InlineData("""{"eos_token_id":97}""", new[] { 97 }),
        InlineData("""{"eos_token_id":null}""", new int[0]),
        InlineData("""{"temperature":0.6}""", new[] { 2 }), InlineData("""{"eos_token_id":-1}""", new int[0])]
    public void The_generation_config_says_what_ends_a_text(string generation, int[] ends)
    {
        new TinyLlama().Write(_folder);
        _folder.Write("generation_config.json", generation);
        Assert.Equal(ends, Model.Open(_folder.Path).Spec.EndOfSequence);
    }

    [Theory]
    [InlineData("""{"eos_token_id":"97"}""", "a token id is wanted"),
        InlineData("""{"eos_token_id":[1.5]}""", "a token id is wanted"), InlineData("[]", "is not a JSON object"),
        InlineData("""{"eos_token_id":1,"eos_token_id":2}""", "is not JSON"),
        InlineData("""{"eos_token_id":-2}""", "a token id is wanted")]
    public void A_generation_config_that_makes_no_sense_is_refused(string generation, string says)
    {
        new TinyLlama().Write(_folder);
        string path = _folder.Write("generation_config.json", generation);
        string message = Assert.Throws<InvalidFileException>(() => Model.Open(_folder.Path)).Message;
        Assert.Contains(says, message);
        Assert.Contains(path, message);
    }

    [Fact]
    public void A_model_whose_tokenizer_is_not_read_runs_on_ids()
    {
        var tokenizer = TinyLlama.Tokenizer();
        tokenizer["normalizer"] = new JsonObject { ["type"] = "Precompiled", ["precompiled_charsmap"] = "" };
        new TinyLlama().Write(_folder, tokenizer);
        var model = Model.Open(_folder.Path);
        Assert.Null(model.Tokenizer);
        Assert.Contains("Precompiled", model.TokenizerRefusal);
        Assert.Contains("Precompiled", Assert.Single(model.Warnings));
        Assert.Contains("Precompiled", Assert.Throws<LociException>(() => model.Encode("a")).Message);
        var session = new Session(model.Transformer);
        session.Read([1, 5]);
        Assert.Equal(98, session.Logits().Length);
    }

    [Fact]
    public void Every_id_of_a_padded_vocabulary_can_be_met()
    {
        new TinyLlama(vocabulary: 130).Always(120).Write(_folder, TinyLlama.Tokenizer());
        var model = Model.Open(_folder.Path);
        var session = new Session(model.Transformer);
        session.Read([.. model.Encode("abc")]);
        int[] made = [.. session.Generate(Sampler.Greedy, 5, [])];
        Assert.Equal([120, 120, 120, 120, 120], made);
        Assert.Equal("", model.Tokenizer!.Decode(made));
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n", "Git LFS pointer"),
        InlineData("<!DOCTYPE html><html>", "HTML page"),
        InlineData("{\"error\":\"Entry not found\"}", "JSON text")]
    public void Weights_that_are_something_else_are_named(string content, string says)
    {
        new TinyLlama().Write(_folder);
        _folder.Write("model.safetensors", content);
        Assert.Contains(says, Assert.Throws<InvalidFileException>(() => Model.Open(_folder.Path)).Message);
    }

    [Theory]
    [
        InlineData("model.gguf", new byte[] { 71, 71, 85, 70, 3, 0, 0, 0 }, "ends within its head"),
        InlineData("consolidated.pt", new byte[] { 80, 75, 3, 4 }, "zip archive"),
    ]
    public void Other_weights_in_the_folder_are_named(string file, byte[] content, string says)
    {
        new TinyLlama().Write(_folder);
        File.Delete(_folder["model.safetensors"]);
        _folder.Write(file, content);
        Assert.Contains(says, Assert.Throws<InvalidFileException>(() => Model.Open(_folder.Path)).Message);
    }

    [Theory]
    [InlineData("config.json"), InlineData("generation_config.json")]
    public void A_description_is_a_few_megabytes_at_most(string name)
    {
        new TinyLlama().Write(_folder);
        _folder.Write(name, "{" + new string(' ', 9 << 20) + "}");
        Assert.Contains("at most 8388608", Assert.Throws<InvalidFileException>(() => Model.Open(_folder.Path)).Message);
    }

    [Fact]
    public void A_config_with_a_byte_order_mark_is_read_and_one_in_UTF16_is_named()
    {
        var tiny = new TinyLlama().Write(_folder);
        string config = tiny.Config.ToJsonString();
        _folder.Write("config.json", "\uFEFF" + config);
        Assert.Equal(98, Model.Open(_folder.Path).Spec.Vocabulary);
        _folder.Write("config.json", [0xFF, 0xFE, .. System.Text.Encoding.Unicode.GetBytes(config)]);
        Assert.Contains("UTF-16 text", Assert.Throws<InvalidFileException>(() => Model.Open(_folder.Path)).Message);
    }
}
