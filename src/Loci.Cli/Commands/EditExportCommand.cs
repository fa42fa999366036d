using System.CommandLine;
using Loci.Checkpoints;
using Loci.Models;

namespace Loci.Cli.Commands;

/// <summary><c>loci edit export</c>: an edited model as a checkpoint of its own.</summary>
internal static class EditExportCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL@FILE") { Description = "A model and its journal: demo@demo.journal." };
        var to = new Option<string>("--out") { HelpName = "FOLDER", Required = true, Description = "A new folder." };
        var type = new Option<string?>("--dtype")
        {
            HelpName = "TYPE", Description = "Round every weight to float16 or bfloat16; float32 without it.",
        };
        Shared.OneOf(type, "float32", "float16", "bfloat16");
        var command = new Command("export", "Write an edited model as safetensors.") { model, to, type };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            string folder = parsed.GetRequiredValue(to);
            if (Path.Exists(folder)) throw new LociException($"{folder} exists. Give another name.");
            var opened = ModelSource.Open(parsed.GetRequiredValue(model), cancel);
            var stored = parsed.GetValue(type) switch
            {
                "float16" => TensorType.Float16,
                "bfloat16" => TensorType.BFloat16,
                _ => TensorType.Float32,
            };
            ModelDirectory.Check(opened.Spec);
            ModelDirectory.Write(folder, opened.Transformer, stored);
            Console.Out.WriteLine($"{folder}: {opened.Name}, {stored}; the edited weights have the hash {opened.Hash}");
            if (stored != TensorType.Float32)
                Screen.Warn($"every weight was rounded to {stored}: it differs from the journal's in last bits.");
            Screen.Warn("the tokenizer is not copied; put tokenizer.json and tokenizer_config.json beside it.");
            return 0;
        }, cancel));
        return command.WithExamples("loci edit export demo@demo.journal --out edited");
    }
}
