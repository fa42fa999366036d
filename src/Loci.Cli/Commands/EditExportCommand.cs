using System.CommandLine;
using Loci.BuiltIn;
using Loci.Checkpoints;
using Loci.Editing;
using Loci.Models;

namespace Loci.Cli.Commands;

/// <summary><c>loci edit export</c>: an edited model as a checkpoint of its own.</summary>
internal static class EditExportCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL@FILE") { Description = "A model and its journal: demo@demo.journal." };
        var to = CheckpointOutput.Folder();
        var type = CheckpointOutput.Type(
            "edited matrices are float32 and all else as it was stored: not a bit of what the model says changes.");
        var command = new Command("export", "Write an edited model as safetensors, with its tokenizer.")
        {
            model, to, type,
        };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            string name = parsed.GetRequiredValue(model), folder = parsed.GetRequiredValue(to);
            CheckpointOutput.RequireNew(
                folder,
                " llama.cpp's convert_hf_to_gguf.py makes a GGUF of it, for the families that llama.cpp has.");
            var reference = ModelReference.Parse(name, BuiltInModels.Names.Contains);
            if (reference.Journal is null) throw new UsageException("Name the journal: MODEL@FILE.");
            var baseModel = ModelSource.OpenBase(reference.Model, cancel);
            var journal = EditJournal.Load(reference.Journal);
            var edited = EditedModel.Open(baseModel, journal, name);
            var stored = CheckpointOutput.TypeOf(parsed.GetValue(type));
            ModelDirectory.Check(edited.Spec);
            var tokenizer = ModelSource.TokenizerFiles(reference.Model, cancel);
            ModelExport.Write(folder, edited, stored, tokenizer);
            Console.Out.WriteLine(
                $"{folder}: {EditScreen.Count(journal.Active.Count(), "active edit")} of {reference.Model}, "
                + (parsed.GetValue(type) ?? "edited matrices in float32, the rest as stored"));
            Console.Out.WriteLine($"  weights of the base    {baseModel.Hash}");
            using (var written = Model.Open(folder))
                Console.Out.WriteLine($"  weights written        {written.Hash}");
            if (stored is TensorType.Float16 or TensorType.BFloat16)
                Screen.Warn(
                    $"every weight was rounded to {parsed.GetValue(type)}: it says not quite what {name} says.");
            if (!journal.Active.Any()) Screen.Warn("no edit is active: these are the original weights.");
            if (tokenizer.Count == 0)
                Screen.Warn("the tokenizer is of a kind that is not copied; put its files into the folder.");
            return 0;
        }, cancel));
        return command.WithExamples("loci edit export demo@demo.journal --out edited");
    }
}
