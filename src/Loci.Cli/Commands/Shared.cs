using System.CommandLine;
using System.Globalization;
using System.Numerics;
using Loci.Atlas;

namespace Loci.Cli.Commands;

/// <summary>The arguments and options that several commands share, so that they read and behave alike.</summary>
internal static class Shared
{
    public static Argument<string> Model() => new("MODEL")
    {
        Description =
            $"A directory (Hugging Face layout, or llama2.c .bin with its tokenizer), a hub id (org/name), or a "
            + $"built-in model: {string.Join(", ", Loci.BuiltIn.BuiltInModels.Names)}.",
    };

    public static Argument<string> Atlas() => new("ATLAS")
    {
        Description = "An atlas file, as loci atlas build writes it.",
    };

    public static Option<bool> Json() => new("--json") { Description = "Write JSON for machines." };

    public static Option<int> Threads() =>
        Count("--threads", "Most threads to use; results do not depend on it.", least: 1,
            fallback: Environment.ProcessorCount, most: 1024);

    /// <summary>An option that holds a whole number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static Option<int> Count(string name, string description, int least, int fallback, int most = int.MaxValue)
    {
        var option = Whole(name, description, least, most);
        option.DefaultValueFactory = _ => fallback;
        return option;
    }

    /// <summary>The same without a default: 0 where it is not given.</summary>
    public static Option<T> Whole<T>(string name, string description, T least, T most)
        where T : IBinaryInteger<T> => new(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
                    && value >= least && value <= most) return value;
                result.AddError($"{name} is a whole number from {least} to {most}, not «{text}».");
                return least;
            },
        };

    /// <summary>Lets an option hold some words only.</summary>
    public static void OneOf<T>(Option<T> option, params string[] words) => option.Validators.Add(result =>
    {
        foreach (var token in result.Tokens.Where(token => !words.Contains(token.Value)))
            result.AddError(
                $"{option.Name} is one of {string.Join(", ", words)}, not "
                + $"«{token.Value}».{NearName.Suggestion(token.Value, words)}");
    });

    /// <summary>The tokenizer of a model that must have one.</summary>
    public static Loci.Tokenizers.Tokenizer Tokenizer(Loci.Models.Model model) =>
        model.RequireTokenizer();

    /// <summary>Refuses a model that is not the one an atlas was built from.</summary>
    public static void CheckModel(AtlasFile atlas, Loci.Models.Model model)
    {
        if (atlas.Manifest.ModelHash != model.Identity)
            throw new LociException(
                $"{model.Name} is not the model of {atlas.Path}, which was built from «{atlas.Manifest.Model}»: " +
                $"the hash of weights and config there is {atlas.Manifest.ModelHash[..12]}, here "
                + $"{model.Identity[..12]}.");
    }

    /// <summary>Says so where a text is longer than those its model was trained on.</summary>
    /// <returns>True where it said so.</returns>
    public static bool WarnOfLength(Loci.Models.Model model, long length)
    {
        if (model.Spec.TrainedLength is not { } trained || length <= trained) return false;
        Screen.Warn(
            $"the text has {length:N0} tokens, and {model.Name} was trained on texts of {trained:N0}: what it says "
            + $"far beyond that is untested.");
        return true;
    }

    /// <summary>Opens the atlas that a person named.</summary>
    public static AtlasFile Open(string path) => File.Exists(path)
        ? AtlasFile.Open(path)
        : throw new LociException($"There is no atlas {path}. «loci atlas build MODEL --out {path}» writes one.");

    /// <summary>Without it nothing that exists is replaced.</summary>
    public static Option<bool> Force() => new("--force") { Description = "Replace what is there already." };

    /// <summary>
    /// Refuses, before any work, a file that could not be written in the end, or that is there already.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="force">It may be replaced.</param>
    public static void CheckNew(string path, bool force)
    {
        CheckWritable(path);
        if (!force && File.Exists(path)) throw new LociException(
            $"{path} exists. Give another name, or --force to replace it.");
    }

    /// <summary>Refuses, before any work, a file that could not be written in the end.</summary>
    public static void CheckWritable(string path)
    {
        WritingErrors.CheckName(path);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
        if (Directory.Exists(path)) throw new LociException($"{path} cannot be written: it is a folder; name a file.");
        if (!Directory.Exists(folder))
            throw new LociException($"{path} cannot be written: there is no folder {folder}.");
    }
}
