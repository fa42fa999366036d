using System.CommandLine;
using Loci.Views;
using Loci.Worlds;

namespace Loci.Cli.Commands;

/// <summary><c>loci world write</c>: text about a world of which everything is known, and the truth about it.</summary>
internal static class WorldWriteCommand
{
    public static Command Create()
    {
        var file = new Option<string>("--out")
        {
            HelpName = "FILE", Description = "The text: a sentence a line, a blank line after each document.",
            Required = true,
        };
        var truth = new Option<string?>("--truth")
        {
            HelpName = "FILE", Description =
                "The truth: a line of JSON for every sentence, with its topic, template and facts.",
        };
        var words = WorldOptions.Words();
        var (world, seed) = (WorldOptions.World(), WorldOptions.Seed());
        var force = Shared.Force();
        var json = Shared.Json();
        var command = new Command("write",
            "Write text about a generated world, made for knowing what a model should know.") { file, words, seed,
            world, truth, force, json };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            var (path, truthPath, most) =
                (parsed.GetRequiredValue(file), parsed.GetValue(truth), parsed.GetValue(words));
            Shared.CheckNew(path, parsed.GetValue(force));
            if (truthPath is not null) Shared.CheckNew(truthPath, parsed.GetValue(force));
            if (truthPath is not null && Path.GetFullPath(truthPath) == Path.GetFullPath(path))
                throw new UsageException("--out and --truth name the same file.");
            var documents = World.Create((ulong)parsed.GetValue(world)).Documents((ulong)parsed.GetValue(seed), most);
            var written = Write(documents, path, truthPath, most, cancel);
            if (parsed.GetValue(json)) JsonOutput.Write(written);
            else
                Console.Out.WriteLine(
                    $"{path}: {written.Words:N0} words in {written.Sentences:N0} sentences of {written.Documents:N0} "
                    + $"documents; {(double)written.SentencesWithFacts / written.Sentences:p0} of the sentences "
                    + $"state facts.");
            return 0;
        }, cancel));
        return command.WithExamples(
            "loci world write --out world.txt",
            "loci world write --out world.txt --words 3000000 --seed 7 --truth world.jsonl");
    }

    private static WorldTextView Write(IEnumerable<WorldDocument> documents, string path, string? truthPath, long most,
        CancellationToken cancel)
    {
        long count = 0, sentences = 0, withFacts = 0, words = 0;
        using var textFile = new AtomicFile(path);
        using var truthFile = truthPath is null ? null : new AtomicFile(truthPath);
        using (var text = new StreamWriter(textFile.Stream, leaveOpen: true) { NewLine = "\n" })
        using (var line = new ProgressLine())
        {
            foreach (var document in documents)
            {
                cancel.ThrowIfCancellationRequested();
                if (count++ > 0) text.WriteLine();
                foreach (var sentence in document.Sentences)
                {
                    text.WriteLine(sentence.Text);
                    if (truthFile is not null)
                    {
                        truthFile.Stream.Write(ViewJson.WriteLine(SentenceView.Of(sentence)));
                        truthFile.Stream.WriteByte((byte)'\n');
                    }
                    sentences++;
                    if (sentence.Facts.Count > 0) withFacts++;
                }
                words += document.Words;
                line.Show($"{words:N0} of {most:N0} words");
            }
        }
        textFile.Commit();
        truthFile?.Commit();
        return new(count, sentences, withFacts, words);
    }
}
