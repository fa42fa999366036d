using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Loci.Atlas;
using Loci.Atlas.Building;
using Loci.Cli.Commands;
using Loci.Editing;
using Loci.Models;
using Loci.Server;
using Loci.Text;
using Loci.Worlds;

namespace Loci.Cli;

/// <summary>
/// What a workbench opens: an atlas with its model, or a model with its atlas, which is kept in a cache once it has
/// been built.
/// </summary>
internal static class WorkbenchSource
{
    private const int MostQuestions = 100;

    /// <summary>The options beside the source.</summary>
    public sealed class Options
    {
        public Option<string?> Model { get; } = new("--model")
        {
            HelpName = "MODEL", Description = "The atlas's model. Default: where the atlas says it lay.",
        };

        public Option<string?> Atlas { get; } = new("--atlas")
        {
            HelpName = "FILE",
            Description = "The model's atlas. Default: from a cache, where it is built if the text to read is known.",
        };

        public Option<string?> Compare { get; } = new("--compare")
        {
            HelpName = "ATLAS",
            Description =
                "Another atlas beside it: the same model over other text, or another checkpoint over the same.",
        };

        public Option<string[]> Corpus { get; } = new("--corpus")
        {
            HelpName = "FILE", Description = "The text that the atlas was built from, or is to be built from.",
            Arity = ArgumentArity.ZeroOrMore, AllowMultipleArgumentsPerToken = true,
        };

        public Option<string> Field { get; } = new("--field")
        {
            HelpName = "NAME", Description = "Field of JSON that holds the text.", DefaultValueFactory = _ => "text",
        };

        public Option<string?> Journal { get; } = new("--journal")
        {
            HelpName = "FILE", Description = "The journal of edits. Default: beside the atlas.",
        };

        public Option<bool> AgentsMayWrite { get; } = new("--agents-may-write")
        {
            Description = "Let agents change things, too. Default: they only read.",
        };
    }

    public static Argument<string> Argument() => new("SOURCE")
    {
        Description = "An atlas file, or a model: a directory, a hub id, or a built-in one, such as demo.",
    };

    /// <summary>Opens what a person named.</summary>
    public static WorkbenchOptions Open(
        ParseResult parsed, Argument<string> argument, Options options, int threads, CancellationToken cancel)
    {
        string source = parsed.GetRequiredValue(argument);
        string[] corpus = parsed.GetValue(options.Corpus) ?? [];
        string field = parsed.GetValue(options.Field)!;
        var opened = new WorkbenchOptions
        {
            Threads = threads, AgentsMayWrite = parsed.GetValue(options.AgentsMayWrite),
            Beside = parsed.GetValue(options.Compare), Journal = parsed.GetValue(options.Journal),
        };
        if (opened.Beside is { } beside) Shared.Open(beside).Dispose(); // says so where there is none
        return WithEdits(
            IsAtlas(source)
                ? OfAtlas(opened, source, parsed.GetValue(options.Model), corpus, field, cancel)
                : OfModel(opened, source, parsed.GetValue(options.Atlas), corpus, field, cancel));
    }

    // The journal and the statistics of keys lie beside the atlas, as the notes do.
    private static WorkbenchOptions WithEdits(WorkbenchOptions opened)
    {
        if (opened.Model is not { } model) return opened;
        if (opened.Journal is { } journal && File.Exists(journal)) EditJournal.Load(journal).Require(model);
        string? beside = opened.Atlas;
        return opened with
        {
            Journal = opened.Journal ?? (beside is null ? null : Path.ChangeExtension(beside, ".journal")),
            KeyStatistics = beside is null ? null : Path.ChangeExtension(beside, ".keys"),
            EditCases = (request, compute) =>
                EditRequests.WorldCases(model, [request], compute) is [var known, ..] ? known : null,
        };
    }

    private static bool IsAtlas(string source)
    {
        if (!File.Exists(source)) return source.EndsWith(".atlas", StringComparison.OrdinalIgnoreCase);
        byte[] start = InputFile.Start(source);
        return start.AsSpan().StartsWith("SQLite format 3\0"u8);
    }

    private static WorkbenchOptions OfAtlas(
        WorkbenchOptions opened, string path, string? named, string[] corpus, string field, CancellationToken cancel)
    {
        string? place;
        using (var atlas = Shared.Open(path)) place = named ?? atlas.ModelPlace;
        Model? model = null;
        List<string> warnings = [];
        if (named is not null) model = ModelSource.Open(named, cancel);
        else if (place is null)
            warnings.Add("The atlas does not say where its model lies; name it with --model to run prompts.");
        else
            try
            {
                model = ModelSource.Open(place, cancel);
                using var atlas = Shared.Open(path);
                Shared.CheckModel(atlas, model);
            }
            catch (LociException e)
            {
                model = null;
                warnings.Add($"The atlas is open without its model: {e.Message}");
            }
        if (named is not null)
            using (var atlas = Shared.Open(path)) Shared.CheckModel(atlas, model!);
        foreach (string warning in warnings) Screen.Warn(warning);
        return opened with
        {
            Model = model, ModelPlace = place ?? "", Atlas = path, Warnings = warnings, Notes = Notes(path),
            Corpus = model is null ? null : () => Again(model, path, corpus, field), Prompt = FirstPrompt(model),
        };
    }

    private static WorkbenchOptions OfModel(
        WorkbenchOptions opened, string name, string? atlas, string[] corpus, string field, CancellationToken cancel)
    {
        var model = ModelSource.Open(name, cancel);
        bool readable = corpus.Length > 0 || OwnText.Of(model) is not null;
        string? path = atlas ?? (readable ? Cached(model, corpus) : null);
        List<string> warnings = [];
        if (path is null) warnings.Add("No atlas is open: name one with --atlas, or the text to read with --corpus.");
        return opened with
        {
            Model = model, ModelPlace = name, Atlas = path, Warnings = warnings,
            Notes = path is null ? null : Notes(path), Prompt = FirstPrompt(model),
            Build = path is null || !readable
                ? null
                : (to, progress, stop) => Build(model, name, to, corpus, field, opened.Threads, progress, stop),
            Corpus = path is null ? null : () => Again(model, path, corpus, field),
        };
    }

    private static void Build(
        Model model, string name, string path, string[] corpus, string field, int threads,
        IProgress<BuildProgress> progress, CancellationToken cancel)
    {
        var text = CorpusSource.Open(model, corpus, field, CorpusSource.Beside(path), allowInvalid: true);
        var unit = corpus.Length == 0 ? SentenceUnit.Line : SentenceUnit.Sentence;
        // A thread less than there are: whoever looks at prompts meanwhile should not wait.
        var settings = new BuildSettings { Threads = Math.Max(1, threads - 1) };
        new AtlasBuilder(model, text, new AtlasOptions { Unit = unit }, settings)
        {
            ModelPlace = ModelSource.Place(name),
        }.Build(path, progress, cancel);
    }

    private static Corpus Again(Model model, string path, string[] corpus, string field)
    {
        using var atlas = AtlasFile.Open(path);
        return CorpusSource.Again(model, corpus, field, atlas);
    }

    // Named after what decides what is in it, so that no atlas is taken for another.
    private static string Cached(Model model, string[] corpus)
    {
        var files = corpus.Select(file => new FileInfo(file)).Select(file =>
            $"{file.FullName} {(file.Exists ? file.Length : 0)} {file.LastWriteTimeUtc.Ticks}");
        string decides = string.Join(
            '\n', [model.Identity, LociVersion.Current, $"{AtlasManifest.CurrentFormat}", .. files]);
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(decides));
        string folder = Path.Combine(CacheFolder(), "atlases");
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(model.Name));
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, $"{name}-{Convert.ToHexStringLower(hash)[..12]}.atlas");
    }

    private static string CacheFolder() => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } named
            ? named
            : OperatingSystem.IsWindows()
            ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "loci");

    private static string Notes(string atlas) => Path.ChangeExtension(atlas, ".notes.json");

    private static string FirstPrompt(Model? model) => model?.BaseName switch
    {
        Model.ConstructedName => "once upon a",
        Loci.BuiltIn.BuiltInModels.Documentation => "Gets or sets a value that indicates whether the",
        { } when OwnText.IsOfWorld(model) => Server.FirstPrompt.Of(
            model, World.Create(OwnText.World).Questions(TemplateUse.HeldOut).Take(MostQuestions)),
        _ => "",
    };
}
