using System.CommandLine;
using Loci.Atlas.Building;
using Loci.Editing;
using Loci.Text;

namespace Loci.Cli.Commands;

/// <summary><c>loci edit statistics</c>: gathers the second moments of keys that edits are solved with.</summary>
internal static class EditStatisticsCommand
{
    public static Command Create()
    {
        var model = Shared.Model();
        var corpus = new Option<string[]>("--corpus")
        {
            HelpName = "FILE", Description = "The text.", AllowMultipleArgumentsPerToken = true,
        };
        var layers = new Option<string?>("--layers")
        {
            HelpName = "LIST", Description = "Layers: 0,1,2. All by default.",
        };
        var merge = new Option<string[]>("--merge")
        {
            HelpName = "FILE", Description = "Join these parts instead of reading.",
                AllowMultipleArgumentsPerToken = true,
        };
        var part = new Option<string?>("--part") { HelpName = "I/N", Description = "Read one part of the text: 2/4." };
        var most = Shared.Whole("--max-sentences", "Stop after so many sentences.", 1L, long.MaxValue);
        var to = new Option<string?>("--out")
        {
            HelpName = "FILE", Description = "The file. Default: MODEL.keys here.",
        };
        var force = Shared.Force();
        var threads = Shared.Threads();
        var command = new Command("statistics", "Gather statistics of keys over a text; goes on after an interruption.")
        {
            model, corpus, layers, merge, part, most, to, force, threads,
        };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            string name = EditRequests.Base(parsed.GetRequiredValue(model)).Model;
            string path = parsed.GetValue(to) ?? EditStatistics.PathOf(name);
            Shared.CheckNew(path, parsed.GetValue(force));
            var (read, chosen) = (
                EditRequests.Part(parsed.GetValue(part)), EditRequests.Layers(parsed.GetValue(layers)));
            KeyStatistics statistics;
            if (parsed.GetValue(merge) is { Length: > 0 } parts)
            {
                statistics = KeyStatistics.Merge([.. parts.Select(KeyStatistics.Load)]);
                statistics.Save(path);
            }
            else
            {
                var opened = ModelSource.OpenBase(name, cancel);
                var text = CorpusSource.Open(
                    opened, parsed.GetValue(corpus) ?? [], "text", Path.ChangeExtension(path, ".corpus.txt"));
                long sentences = parsed.GetValue(most);
                var options = new AtlasOptions
                {
                    MaxSentences = sentences == 0 ? null : sentences, Part = read,
                    Unit = parsed.GetValue(corpus) is { Length: > 0 } ? SentenceUnit.Sentence : SentenceUnit.Line,
                };
                using var line = new ProgressLine();
                statistics = new KeyStatisticsBuilder(
                    opened, text,
                    chosen ?? [.. Enumerable.Range(0, opened.Spec.Layers)],
                        options)
                    .Build(path, new(parsed.GetValue(threads), cancel),
                        new ImmediateProgress<long>(tokens => line.Show($"{tokens:N0} tokens")));
            }
            foreach (var layer in statistics.Readouts)
            {
                Console.Out.WriteLine(
                    $"layer {layer.Layer}: {layer.Tokens:N0} tokens, effective rank {layer.EffectiveRank:f1} of "
                    + $"{layer.Cells}, {layer.Silent} cells never fired");
                if (layer.Warning is { } warning) Screen.Warn(warning);
            }
            return 0;
        }, cancel));
        return command.WithExamples(
            "loci edit statistics demo",
                "loci edit statistics EleutherAI/pythia-160m --corpus wiki/*.txt --layers 3,4");
    }
}
