using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Loci.Tests;
using Loci.Tests.Models;

namespace Loci.Cli.Tests;

/// <summary>What people have on their disks, as a person meets it on the command line.</summary>
public sealed class InputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Ids_without_a_piece_end_nothing()
    {
        new TinyLlama(vocabulary: 130).Always(120).Write(_folder, TinyLlama.Tokenizer());
        Assert.Equal("abc\n", Good("generate", _folder.Path, "abc", "--max-tokens", "40", "--greedy").Out);
        Assert.Contains("#120", Good("model", "run", _folder.Path, "--text", "abc", "--top", "40").Out);
        Assert.Contains("#120", Good("trace", _folder.Path, "abc").Out);
        Good("trace", _folder.Path, "abc", "--why", "#125", "--json");
        string text = _folder.Write("text.txt", string.Concat(Enumerable.Repeat("a cat sat. then it ran.\n", 20)));
        string atlas = _folder["a.atlas"];
        Good("atlas", "build", _folder.Path, "--corpus", text, "--out", atlas, "--top", "5");
        Good("atlas", "show", atlas, "L0/1");
        Good("atlas", "search", atlas, "cat");
        Good("trace", _folder.Path, "abc", "--atlas", atlas);
    }

    [Theory]
    [InlineData("<|im_end|>", true, 1), InlineData("nothing", false, 8)]
    public void A_stop_text_that_is_a_control_token_matches_its_id(string stop, bool stopped, int made)
    {
        new TinyLlama(vocabulary: 99).Always(98).Write(_folder, TinyLlama.Tokenizer(("<|im_end|>", 98)));
        var json = Json(
            Good("generate", _folder.Path, "abc", "--greedy", "--max-tokens", "8", "--stop", stop, "--json"));
        Assert.Equal((stopped, made, "abc"),
            (json.GetProperty("stopped").GetBoolean(), json.GetProperty("made").GetArrayLength(),
                json.GetProperty("text").GetString()));
    }

    [Fact]
    public void A_control_token_among_other_text_cannot_be_a_stop_text()
    {
        new TinyLlama(vocabulary: 99).Write(_folder, TinyLlama.Tokenizer(("<|im_end|>", 98)));
        var outcome = Tool.Run("generate", _folder.Path, "abc", "--stop", "x<|im_end|>");
        Assert.Equal(1, outcome.Code);
        Assert.Contains("stop at the token alone", outcome.Error);
    }

    [Fact]
    public void The_generation_config_ends_a_text()
    {
        new TinyLlama(vocabulary: 99).Always(98).Write(_folder, TinyLlama.Tokenizer());
        _folder.Write("generation_config.json", """{"eos_token_id":[98,2]}""");
        Assert.Equal(
            0,
            Json(Good("generate", _folder.Path, "abc", "--greedy", "--max-tokens", "8", "--json")).GetProperty("made")
                .GetArrayLength());
    }

    [Fact]
    public void A_model_that_computes_no_numbers_is_told_by_its_layer()
    {
        var tiny = new TinyLlama();
        Array.Fill(tiny.Tensors["model.layers.0.mlp.up_proj.weight"].Values, float.NaN);
        tiny.Write(_folder, TinyLlama.Tokenizer());
        foreach (string[] args in (string[][])[["generate", _folder.Path, "abc"],
            ["model", "run", _folder.Path, "--ids", "1,5"], ["trace", _folder.Path, "abc"]])
        {
            var outcome = Tool.Run(args);
            Assert.Equal(1, outcome.Code);
            Assert.Contains("computes NaN from layer 0 on", outcome.Error);
        }
    }

    [Fact]
    public void A_tokenizer_that_is_not_read_does_not_stand_in_the_way_of_ids()
    {
        var tokenizer = TinyLlama.Tokenizer();
        tokenizer["normalizer"] = new JsonObject { ["type"] = "Precompiled" };
        new TinyLlama().Write(_folder, tokenizer);
        Assert.Contains(
            "warning: The tokenizer is not read",
            Good("model", "run", _folder.Path, "--ids", "1,5", "--top", "1").Error);
        Assert.Contains("Precompiled", Good("model", "info", _folder.Path).Out);
        var outcome = Tool.Run("generate", _folder.Path, "abc");
        Assert.Equal(1, outcome.Code);
        Assert.Contains("Precompiled", outcome.Error);
    }

    [Fact]
    public void Words_that_become_unknown_are_named()
    {
        Assert.Contains(
            "has no token for «zyzzyva»",
            Good("generate", "constructed", "once zyzzyva upon", "--max-tokens", "1").Error);
        Assert.DoesNotContain("warning", Good("generate", "constructed", "once upon", "--max-tokens", "1").Error);
    }

    [Fact]
    public void A_text_in_UTF16_is_read_and_one_in_another_encoding_is_refused()
    {
        string wide = _folder.Write(
            "wide.txt", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("once upon a time. the cat sat.")]);
        string text = _folder.Write("text.txt", "once upon a time. the cat sat.");
        Assert.Equal(
            Json(Good("read", "constructed", text, "--state", _folder["a.state"], "--json")).GetProperty("tokens")
                .GetInt32(),
            Json(Good("read", "constructed", wide, "--state", _folder["b.state"], "--json")).GetProperty("tokens")
                .GetInt32());
        Good("atlas", "build", "constructed", "--corpus", wide, "--out", _folder["w.atlas"]);
        string latin = _folder.Write("latin.txt", Encoding.Latin1.GetBytes("caf\u00E9 \u00E0 la carte"));
        var refused = Tool.Run("atlas", "build", "constructed", "--corpus", latin, "--out", _folder["l.atlas"]);
        Assert.Equal(1, refused.Code);
        Assert.Contains("WINDOWS-1252", refused.Error);
        Assert.False(File.Exists(_folder["l.atlas"]));
        Good("atlas", "build", "constructed", "--corpus", latin, "--allow-invalid", "--out", _folder["l.atlas"]);
    }

    private static Outcome Good(params string[] args)
    {
        var outcome = Tool.Run(args);
        Assert.True(outcome.Code == 0, outcome.Error);
        return outcome;
    }

    private static JsonElement Json(Outcome outcome) => JsonDocument.Parse(outcome.Out).RootElement;
}
