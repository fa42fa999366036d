using System.CommandLine;
using Loci.Studies;
using Loci.Studies.Annotation;
using Loci.Studies.Patterns;
using Loci.Views;

namespace Loci.Cli.Commands;

/// <summary><c>loci annotate read</c>: what annotators wrote, counted.</summary>
internal static class AnnotateReadCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "The folder loci annotate export wrote." };
        var sheets = new Argument<string[]>("SHEET…")
        {
            Description = "Sheets that were filled in, one for each annotator.", Arity = ArgumentArity.OneOrMore,
        };
        var atlas = new Option<string?>("--atlas")
        {
            HelpName = "ATLAS", Description = "Compare with automatic labels too: the atlas that was exported,",
        };
        var model = new Option<string?>("--model") { HelpName = "MODEL", Description = "its model," };
        var corpus = new Option<string[]>("--corpus")
        {
            HelpName = "FILE…",
            Description = "and the text it was built from; the constructed model brings its own.",
            AllowMultipleArgumentsPerToken = true,
        };
        var threads = Shared.Threads();
        var json = Shared.Json();
        var command = new Command("read", "Count what annotators found in the sheets, and how far they agree.")
        {
            folder, sheets, atlas, model, corpus, threads, json,
        };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            if (parsed.GetValue(atlas) is null != (parsed.GetValue(model) is null))
                throw new UsageException(
                    "--atlas and --model go together, with --corpus: automatic labels take all of them.");
            var task = Annotations.Open(parsed.GetRequiredValue(folder));
            AnnotationSheet[] read =
                [.. parsed.GetRequiredValue(sheets).Select(path => AnnotationSheet.Read(task, path))];
            var labels = parsed.GetValue(atlas) is { } named
                ? Automatic(task, named, parsed.GetValue(model)!, parsed.GetValue(corpus) ?? [],
                    new() { Threads = parsed.GetValue(threads), Cancellation = cancel })
                : null;
            var result = Annotations.Compare(task, read, labels);
            if (parsed.GetValue(json)) JsonOutput.Write(AnnotationView.Of(result));
            else AnnotationScreen.Write(result);
            return 0;
        }, cancel));
        return command.WithExamples(
            "loci annotate read annotation ann.csv bob.csv",
            "loci annotate read annotation ann.csv --atlas m.atlas --model org/m --corpus text.txt --json");
    }

    private static Dictionary<CellId, PatternLabel> Automatic(
        AnnotationTask task, string atlas, string model, string[] corpus, StudyOptions options)
    {
        using var file = Shared.Open(atlas);
        if (file.Manifest.ModelHash != task.ModelHash)
            throw new LociException(
                $"The annotation is of «{task.Model}» and {atlas} of another model, «{file.Manifest.Model}»; name "
                + $"the atlas it was exported from.");
        var opened = ModelSource.Open(model, options.Cancellation);
        Shared.CheckModel(file, opened);
        using var line = new ProgressLine();
        var shown = options with
        {
            Progress = new ImmediateProgress<StudyProgress>(
                at => line.Show($"{at.Doing}: {at.Done:N0} of {at.Total:N0}", final: at.Done == at.Total)),
        };
        var text = CorpusSource.Open(opened, corpus, "text", CorpusSource.Beside(atlas), allowInvalid: true);
        var source = StudySource.Open(opened, file, text, shown);
        var study = TriggerPatterns.Run(source, new() { Cells = [.. task.Keys.Select(key => key.Cell)] }, shown);
        return study.Cells.ToDictionary(cell => cell.Cell, cell => cell.Label);
    }
}
