using System.CommandLine;
using Loci.Views;
using Loci.Worlds;

namespace Loci.Cli.Commands;

/// <summary><c>loci world write</c>: text about a world of which everything is known, and the truth about it.</summary>
internal static class WorldWriteCommand
{
    public static Command Create()
    {
        var file = new Option<string>("--out") { HelpName = "FILE", Description = "The text: a sentence a line, a blank line after each document.", Required = true };
        var truth = new Option<string?>("--truth") { HelpName = "FILE", Description = "The truth: a line of JSON for every sentence, with its topic, template and facts." };
        var words = WorldOptions.Words();
        var (world, seed) = (WorldOptions.World(), WorldOptions.Seed());
        var json = Shared.Json();
        var command = new Command("write", "Write text about a generated world, made for knowing what a model should know.") { file, words, seed, world, truth, json };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            var (path, truthPath, most) = (parsed.GetRequiredValue(file), parsed.GetValue(truth), parsed.GetValue(words));
            Shared.CheckWritable(path);
            if (truthPath is not null) Shared.CheckWritable(truthPath);
            if (truthPath is not null && Path.GetFullPath(truthPath) == Path.GetFullPath(path)) throw new UsageException("--out and --truth name the same file.");
            var documents = World.Create((ulong)parsed.GetValue(world)).Documents((ulong)parsed.GetValue(seed), most);
            var written = Write(documents, path, truthPath, most, cancel);
            if (parsed.GetValue(json)) JsonOutput.Write(written);
            else
                Console.Out.WriteLine(
                    $"{path}: {written.Words:N0} words in {written.Sentences:N0} sentences of {written.Documents:N0} documents; {(double)written.SentencesWithFacts / written.Sentences:p0} of the sentences state facts.");
            return 0;
        }, cancel));
        return command.WithExamples(
            "loci world write --out world.txt",
            "loci world write --out world.txt --words 3000000 --seed 7 --truth world.jsonl");
    }

    private static WorldTextView Write(IEnumerable<WorldDocument> documents, string path, string? truthPath, long most, CancellationToken cancel)
    {
        long count = 0, sentences = 0, withFacts = 0, words = 0;
        string[] targets = truthPath is null ? [path] : [path, truthPath];
        string[] partial = [.. targets.Select(target => target + ".partial")];
        try
        {
            using (var text = new StreamWriter(partial[0]) { NewLine = "\n" })
            using (var truths = truthPath is null ? null : new FileStream(partial[1], FileMode.Create))
            using (var line = new ProgressLine())
            {
                foreach (var document in documents)
                {
                    cancel.ThrowIfCancellationRequested();
                    if (count++ > 0) text.WriteLine();
                    foreach (var sentence in document.Sentences)
                    {
                        text.WriteLine(sentence.Text);
                        if (truths is not null)
                        {
                            truths.Write(ViewJson.WriteLine(SentenceView.Of(sentence)));
                            truths.WriteByte((byte)'\n');
                        }
                        sentences++;
                        if (sentence.Facts.Count > 0) withFacts++;
                    }
                    words += document.Words;
                    line.Show($"{words:N0} of {most:N0} words");
                }
            }
            for (int i = 0; i < targets.Length; i++) File.Move(partial[i], targets[i], overwrite: true);
        }
        catch
        {
            foreach (string left in partial) File.Delete(left);
            throw;
        }
        return new(count, sentences, withFacts, words);
    }
}
