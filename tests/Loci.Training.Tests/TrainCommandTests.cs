using System.CommandLine;
using Loci.Tests;
using Loci.Training.Commands;

namespace Loci.Training.Tests;

/// <summary><c>loci-train CONFIG</c> as it is typed.</summary>
[Collection(nameof(TorchProcess))]
public class TrainCommandTests
{
    [Fact]
    public void A_finished_training_leaves_its_losses_drawn_and_ends_well()
    {
        using var folder = new TemporaryFolder();
        var (code, said) = Train(folder, learningRate: 3e-3);
        Assert.Equal((0, ""), (code, said));
        foreach (string file in (string[])["model.safetensors", "loss.csv", "loss.svg", "loss.png", "training.json"])
            Assert.True(File.Exists(Path.Combine(folder["model"], file)), file);
        Assert.Contains("held out", File.ReadAllText(Path.Combine(folder["model"], "loss.svg")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_that_ends_above_its_start_says_so_and_fails()
    {
        using var folder = new TemporaryFolder();
        var (code, said) = Train(folder, learningRate: 1);
        Assert.Equal(1, code);
        Assert.Contains("nothing was learned", said, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder["model"], "loss.csv"))); // to be looked at
    }

    private static (int Code, string Said) Train(TemporaryFolder folder, double learningRate)
    {
        string config = folder["config.json"];
        File.WriteAllText(config, FormattableString.Invariant($$"""
            {
              "out": "{{folder["model"].Replace('\\', '/')}}",
              "model": { "family": "opt", "layers": 1, "width": 16, "heads": 2, "cells": 32, "context": 16 },
              "tokenizer": { "kind": "word", "vocabulary": 300 },
              "corpus": { "world": { "words": 6000 }, "held_out_share": 0.1 },
              "training": {
                "steps": 12, "batch": 4, "learning_rate": {{learningRate}}, "min_rate": {{learningRate}}, "warmup": 0, "clip": 0,
                "evaluate_tokens": 512, "threads": 1
              }
            }
            """));
        var root = new RootCommand();
        TrainCommand.Fit(root);
        var (output, error) = (Console.Out, Console.Error);
        using var said = new StringWriter();
        try
        {
            Console.SetOut(TextWriter.Null);
            Console.SetError(said);
            return (root.Parse([config, "--quiet"]).Invoke(), said.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}
