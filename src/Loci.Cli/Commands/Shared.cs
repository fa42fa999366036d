using System.CommandLine;

namespace Loci.Cli.Commands;

/// <summary>The options that several commands share, so that they read and behave alike.</summary>
internal static class Shared
{
    public static Argument<string> Model() => new("MODEL")
    {
        Description = $"A directory (Hugging Face layout, or llama2.c .bin with its tokenizer), a hub id (org/name), or «{Loci.Models.Model.ConstructedName}».",
    };

    public static Argument<string> Atlas() => new("ATLAS") { Description = "An atlas file, as loci atlas build writes it." };

    public static Option<bool> Json() => new("--json") { Description = "Write JSON for machines." };

    public static Option<int> Threads()
    {
        var option = new Option<int>("--threads")
        {
            Description = "Most threads to use; results do not depend on it.",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() < 1) result.AddError("--threads must be at least 1.");
        });
        return option;
    }

    /// <summary>An option that holds a whole number from <paramref name="least"/> up.</summary>
    public static Option<int> Count(string name, string description, int least, int fallback)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => fallback };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() < least) result.AddError($"{name} must be at least {least}.");
        });
        return option;
    }
}
