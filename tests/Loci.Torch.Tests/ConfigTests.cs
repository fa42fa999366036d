using System.Text;
using Loci.Torch.Networks;
using Loci.Torch.Runs;

namespace Loci.Torch.Tests;

[Collection(nameof(TorchProcess))]
public class ConfigTests
{
    private const string Good = """
        { "out": "x", "model": { "family": "opt", "layers": 2, "width": 24, "heads": 2, "cells": 40, "context": 16 },
          "tokenizer": { "kind": "word", "vocabulary": 400 }, "corpus": { "files": ["a.txt"] },
          "training": { "steps": 10, "learning_rate": 1e-3 } }
        """;

    [Fact]
    public void What_is_written_reads_back()
    {
        var config = Read(Good);
        Assert.Equal((16, 1e-3), (config.Model.Context, config.Training.LearningRate));
        Assert.Equal(ConfigFile.Write(config), ConfigFile.Write(Read(ConfigFile.Write(config))));
    }

    [Theory]
    [InlineData("\"steps\": 10", "\"lr\": 10", "training.lr")]
    [InlineData("\"out\": \"x\"", "\"outt\": \"x\"", "outt")]
    [InlineData("\"width\": 24, ", "", "width")]
    [InlineData("\"width\": 24", "\"width\": \"a\"", "width")]
    [InlineData("\"width\": 24", "\"width\": 24.5", "width")]
    [InlineData("\"width\": 24", "\"width\": 25", "multiple")]
    [InlineData("\"layers\": 2", "\"layers\": 0", "model.layers")]
    [InlineData("\"kind\": \"word\"", "\"kind\": \"words\"", "tokenizer.kind")]
    [InlineData("\"kind\": \"word\", \"vocabulary\": 400", "\"kind\": \"bytes-bpe\", \"vocabulary\": 256",
        "tokenizer.vocabulary")]
    [InlineData("\"files\": [\"a.txt\"]", "\"files\": []", "corpus.files")]
    [InlineData("\"files\": [\"a.txt\"]", "", "corpus")]
    [InlineData("\"files\": [\"a.txt\"]", "\"files\": null", "corpus")]
    [InlineData("\"steps\": 10", "\"steps\": 10, \"epochs\": 1", "one of steps")]
    [InlineData("\"steps\": 10", "\"warmup\": 1", "one of steps")]
    [InlineData("\"learning_rate\": 1e-3", "\"learning_rate\": -1", "training.learning_rate")]
    [InlineData("\"steps\": 10", "\"steps\": 10, \"sequence\": 17", "training.sequence")]
    [InlineData("\"steps\": 10", "\"steps\": 10, \"betas\": [0.9]", "training.betas")]
    [InlineData("\"steps\": 10", "\"steps\": 10, \"steps\": 11", "steps")]
    [InlineData("\"family\": \"opt\"", "\"family\": \"gemma2\"", "gemma2")]
    [InlineData("\"family\": \"opt\"", "\"family\": \"opt\", \"key_value_heads\": 1", "key_value_heads")]
    [InlineData("\"family\": \"opt\"", "\"family\": \"opt\", \"rotary_base\": 100", "rotary_base")]
    [InlineData("\"heads\": 2", "\"heads\": 8, \"activation\": \"tanh\"", "tanh")]
    [InlineData("{ \"out\"", "[ \"out\"", "")]
    public void What_makes_no_sense_is_refused_by_name(string what, string instead, string named)
    {
        Assert.Contains(what, Good, StringComparison.Ordinal);
        var error = Assert.ThrowsAny<LociException>(() =>
        {
            var config = Read(Good.Replace(what, instead, StringComparison.Ordinal));
            ConfigChecks.Check(config);
            SpecOfSettings.Create(config.Model, config.Tokenizer.Vocabulary, 0);
        });
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_shipped_models_are_sound_and_of_one_size()
    {
        long[] sizes = [.. ((string[])["demo", "demo-gated", "demo-delta"]).Select(name =>
        {
            var config = ConfigFile.Read(Path.Combine(AppContext.BaseDirectory, "Configs", $"{name}.json"));
            ConfigChecks.Check(config);
            using var network = new TorchTransformer(
                SpecOfSettings.Create(config.Model, config.Tokenizer.Vocabulary, 0));
            return network.Parameters.Count;
        })];
        Assert.All(sizes, size => Assert.InRange(size / (double)sizes[0], 0.97, 1.03));
        Assert.InRange(sizes.Max() * 2, 1, 6_000_000); // bytes in float16
    }

    [Fact]
    public void Every_preset_makes_a_model()
    {
        foreach (string name in ModelPresets.Names)
        {
            var config = Read(
                Good.Replace(
                    "\"family\": \"opt\", \"layers\": 2, \"width\": 24, \"heads\": 2, \"cells\": 40, \"context\": 16",
                    $"\"preset\": \"{name}\", \"layers\": 3", StringComparison.Ordinal));
            ConfigChecks.Check(config);
            var spec = SpecOfSettings.Create(config.Model, 400, 0);
            Assert.Equal(("loci", 3), (spec.Family, spec.Layers));
            Assert.Equal(ConfigFile.Write(config), ConfigFile.Write(Read(ConfigFile.Write(config))));
        }
    }

    [Theory]
    [InlineData("\"softmax\"", "\"positions\": \"rotary\"", null)]
    [InlineData("[\"softmax\", { \"window\": 8 }]", "\"positions\": \"none\"", null)]
    [InlineData("[{ \"rule\": \"sum\", \"map\": \"elu+1\", \"normalization\": \"sum\" }, \"softmax\"]",
        "\"positions\": \"learned\"", null)]
    [InlineData("{ \"rule\": \"delta\", \"map\": \"silu\" }", "\"positions\": \"none\"", "needs normalised features")]
    [InlineData("{ \"rule\": \"delta\", \"map\": \"silu\", \"normalization\": \"l2\" }", "\"positions\": \"rotary\"",
        "rotary positions")]
    [InlineData("{ \"rule\": \"delta\", \"map\": \"silo\", \"normalization\": \"l2\" }", "\"positions\": \"none\"",
        "silo")]
    [InlineData("{ \"rule\": \"deltas\", \"map\": \"silu\" }", "\"positions\": \"none\"", "model.attention.rule")]
    [InlineData("{ \"rule\": \"sum\", \"maps\": \"silu\" }", "\"positions\": \"none\"", "model.attention.maps")]
    [InlineData("{ \"rule\": \"sum\", \"map\": \"relu\", \"window\": 8 }", "\"positions\": \"none\"", "window")]
    [InlineData("[\"softmax\"]", "\"positions\": \"none\"", "of 2")]
    [InlineData("\"soft\"", "\"positions\": \"none\"", "soft")]
    [InlineData("7", "\"positions\": \"none\"", "model.attention")]
    [InlineData("\"softmax\"", "\"positions\": \"some\"", "model.positions")]
    [InlineData("\"softmax\"", "\"preset\": \"none\"", "model.preset")]
    [InlineData("{ \"rule\": \"normalized_sum\", \"map\": \"tanh\" }", "\"positions\": \"none\"", "negative features")]
    public void Attention_is_chosen_or_refused_with_the_reason(string attention, string also, string? reason)
    {
        string json = Good.Replace("\"family\": \"opt\"",
            $"\"family\": \"loci\", \"norm\": \"rms_norm\", {also}, \"attention\": {attention}",
            StringComparison.Ordinal);
        var error = Record.Exception(() =>
        {
            var config = Read(json);
            ConfigChecks.Check(config);
            SpecOfSettings.Create(config.Model, config.Tokenizer.Vocabulary, 0);
        });
        if (reason is null) Assert.Null(error);
        else Assert.Contains(reason, Assert.IsAssignableFrom<LociException>(error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_our_own_has_rms_norms_where_nothing_else_is_said()
    {
        string json = Good.Replace("\"family\": \"opt\"",
            "\"family\": \"loci\", \"positions\": \"rotary\", \"attention\": \"softmax\"", StringComparison.Ordinal);
        Assert.Equal(Loci.Models.Blocks.NormKind.RmsNorm, SpecOfSettings.Create(Read(json).Model, 300, 0).Norm);
    }

    [Theory]
    [InlineData("\"carry\": true", "training.carry")]
    [InlineData("\"evaluate\": \"carried\"", "training.carry")]
    [InlineData("\"evaluate\": \"slide\"", "training.evaluate")]
    [InlineData("\"evaluate_stride\": 2", "training.evaluate_stride")]
    public void What_cannot_be_carried_is_refused(string setting, string named)
    {
        var config = Read(Good.Replace("\"steps\": 10", $"\"steps\": 10, {setting}", StringComparison.Ordinal));
        Assert.Contains(named, Assert.Throws<LociException>(() => ConfigChecks.Check(config)).Message,
            StringComparison.Ordinal);
    }

    private static TrainingConfig Read(string json) => ConfigFile.Parse(Encoding.UTF8.GetBytes(json), "test.json");
}
