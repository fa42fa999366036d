using System.CommandLine;
using Loci.BuiltIn;
using Loci.Editing;
using Loci.Models;
using Loci.Models.Blocks;

namespace Loci.Cli.Commands;

/// <summary><c>loci model convert</c>: a model of any format as safetensors in Hugging Face's layout.</summary>
internal static class ModelConvertCommand
{
    public static Command Create()
    {
        var model = Shared.Model();
        var to = CheckpointOutput.Folder();
        var type = CheckpointOutput.Type(
            "every tensor stays as it is held, quantised blocks widened: not a bit of what the model computes "
            + "changes.");
        var command = new Command("convert", "Write a model as safetensors, with its tokenizer's files.")
        {
            model, to, type,
        };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            string name = parsed.GetRequiredValue(model), folder = parsed.GetRequiredValue(to);
            CheckpointOutput.RequireNew(folder);
            if (ModelReference.Parse(name, BuiltInModels.Names.Contains).Journal is not null)
                throw new UsageException("A model with a journal is written by loci edit export.");
            using var opened = ModelSource.Open(name, cancel);
            if (opened.Spec.Family == "llama" && opened.Spec.Blocks.Any(
                block => block.Mixer is SoftmaxSpec { Rotary.Interleaved: true }))
                throw new UnsupportedException(
                    $"{name} is a model of llama2.c, which rotates neighbouring pairs; no config.json can say so, and "
                    + "turning its weights is not implemented.");
            ModelDirectory.Check(opened.Spec);
            var tokenizer = name == Model.ConstructedName ? [] : ModelSource.TokenizerFiles(name, cancel);
            cancel.ThrowIfCancellationRequested();
            ModelExport.Write(folder, opened, CheckpointOutput.TypeOf(parsed.GetValue(type)), tokenizer);
            using (var written = Model.Open(folder))
                Console.Out.WriteLine(
                    $"{folder}: {opened.Spec.Family}, weights SHA-256 {written.Hash} (before: {opened.Hash})");
            if (tokenizer.Count == 0 && opened.Tokenizer is not null)
                Screen.Warn(
                    "the tokenizer is part of the model's file or of a kind that is not copied: put a tokenizer.json "
                    + "into the folder.");
            return 0;
        }, cancel));
        return command.WithExamples(
            "loci model convert ./model.gguf --out model",
            "loci model convert ./pytorch-model --out half --dtype float16");
    }
}
