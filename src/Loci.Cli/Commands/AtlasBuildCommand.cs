using System.CommandLine;
using System.Globalization;
using Loci.Atlas;
using Loci.Atlas.Building;
using Loci.Text;
using Loci.Views;

namespace Loci.Cli.Commands;

/// <summary><c>loci atlas build</c>: the main job.</summary>
internal static class AtlasBuildCommand
{
    public static Command Create()
    {
        var model = Shared.Model();
        var corpus = new Option<string[]>("--corpus")
        {
            HelpName = "FILE…",
            Description =
                "Text files, folders or patterns: .txt, .jsonl, .json, each also .gz. The constructed model brings "
                + "its own.",
            AllowMultipleArgumentsPerToken = true,
        };
        var file = new Option<string?>("--out")
        {
            Description = "The atlas; a checkpoint stands beside it while the build runs. Default: MODEL.atlas here.",
            HelpName = "FILE",
        };
        var top = Shared.Count("--top", "Triggers kept for each cell and pole.", least: 1, fallback: 50,
            most: AtlasOptions.MostTriggers);
        var valueTokens = Shared.Count("--value-tokens", "Tokens kept at either end of a value.", least: 1,
            fallback: 20, most: AtlasOptions.MostValueTokens);
        var unit = new Option<string>("--unit")
        {
            Description = "What counts as a sentence.", DefaultValueFactory = _ => "sentence",
        };
        Shared.OneOf(unit, "sentence", "line", "document");
        var field = new Option<string>("--field")
        {
            Description = "The field that holds the text in JSON.", HelpName = "NAME",
            DefaultValueFactory = _ => "text",
        };
        var maxSentences = Shared.Whole("--max-sentences", "Stop after this many sentences. Default: all.", least: 1L,
            most: long.MaxValue);
        var allowInvalid = new Option<bool>("--allow-invalid")
        {
            Description = "Read files also where more than 1 % of their characters are not UTF-8.",
        };
        var part = new Option<string?>("--part")
        {
            Description = "Build part K of N only; loci atlas merge joins the parts.", HelpName = "K/N",
        };
        var batchTokens = Shared.Count("--batch-tokens",
            "Tokens a thread runs at a time; results do not depend on it.", least: 1, fallback: 512, most: 1 << 20);
        var checkpoint = Shared.Count("--checkpoint-seconds",
            "Time between checkpoints: the most work a kill can lose.", least: 1, fallback: 30, most: 86_400);
        var force = Shared.Force();
        var threads = Shared.Threads();
        var json = Shared.Json();
        var command = new Command("build", "Find what fires every cell of a model, and what its value promotes.")
        {
            model, corpus, file, top, valueTokens, unit, field, allowInvalid, maxSentences, part, batchTokens,
            checkpoint, force,
            threads, json,
        };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            if (parsed.GetValue(file) is { } named) Shared.CheckWritable(named);
            var share = parsed.GetValue(part) is { } halves ? ParsePart(halves) : null;
            var opened = ModelSource.Open(parsed.GetRequiredValue(model), cancel);
            var options = new AtlasOptions
            {
                Top = parsed.GetValue(top),
                ValueTokens = parsed.GetValue(valueTokens),
                Unit = Enum.Parse<SentenceUnit>(parsed.GetRequiredValue(unit), ignoreCase: true),
                MaxSentences = parsed.GetValue(maxSentences) is > 0 and var most ? most : null,
                Part = share,
            };
            var settings = new BuildSettings
            {
                Threads = parsed.GetValue(threads),
                Replace = parsed.GetValue(force),
                BatchTokens = parsed.GetValue(batchTokens),
                CheckpointEvery = TimeSpan.FromSeconds(parsed.GetValue(checkpoint)),
            };
            string path = parsed.GetValue(file)
                ?? $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(opened.Name))}.atlas";
            var text = CorpusSource.Open(
                opened, parsed.GetValue(corpus) ?? [], parsed.GetValue(field)!, CorpusSource.Beside(path),
                parsed.GetValue(allowInvalid));
            var builder = new AtlasBuilder(opened, text, options, settings)
            {
                ModelPlace = ModelSource.Place(parsed.GetRequiredValue(model)),
            };
            try
            {
                using var view = new BuildProgressView(settings.Threads);
                builder.Build(path, view, cancel);
            }
            catch (OperationCanceledException)
            {
                string kept = AtlasBuilder.CheckpointFor(path);
                return LociCommand.Fail(File.Exists(kept)
                    ? $"Stopped. What is done is kept in {kept}; the same command goes on from there."
                    : $"Stopped; {path} was not written.", 1);
            }
            Report(path, builder.Report, opened, parsed.GetValue(json));
            return 0;
        }, cancel));
        return command.WithExamples(
            "loci atlas build constructed",
            "loci atlas build ./pythia-160m --corpus wikitext/*.txt --out pythia.atlas",
            "loci atlas build ./model --corpus big.jsonl.gz --field text --part 1/4 --out part1.atlas");
    }

    private static AtlasPart ParsePart(string text)
    {
        string[] halves = text.Split('/');
        return halves.Length == 2
            && int.TryParse(halves[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && int.TryParse(halves[1], NumberStyles.None, CultureInfo.InvariantCulture, out int of)
            && number >= 1 && number <= of
                ? new(number, of)
                : throw new UsageException($"«{text}» in --part is not K/N with 1 ≤ K ≤ N, such as 2/4.");
    }

    private static void Report(string path, BuildReport report, Loci.Models.Model model, bool json)
    {
        using var atlas = AtlasFile.Open(path);
        if (json)
            JsonOutput.Write(AtlasView.Of(atlas, report));
        else
            AtlasOverview.Write(atlas, report, model);
    }
}
