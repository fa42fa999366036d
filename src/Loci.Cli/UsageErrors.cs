using System.CommandLine;
using System.CommandLine.Parsing;

namespace Loci.Cli;

/// <summary>What is wrong with a command line that does not parse, in our own sentences.</summary>
internal static class UsageErrors
{
    /// <summary>At least one sentence for a command line with errors.</summary>
    public static IReadOnlyList<string> Of(ParseResult parsed)
    {
        if (parsed.UnmatchedTokens is [var first, ..]) return [Unknown(parsed, first)];
        var command = parsed.CommandResult.Command;
        HashSet<Symbol> told = [];
        List<string> errors = [];
        foreach (var argument in command.Arguments)
            if ((parsed.GetResult(argument)?.Tokens.Count ?? 0) < argument.Arity.MinimumNumberOfValues)
                Tell(argument, $"{argument.Name} is missing. {argument.Description}");
        foreach (var option in Options(command))
        {
            var given = parsed.GetResult(option);
            if (given is null or { Implicit: true })
            {
                if (option.Required) Tell(option, $"{Named(option)} is missing. {option.Description}");
            }
            else if (given.Tokens.Count < option.Arity.MinimumNumberOfValues)
                Tell(option, $"{option.Name} needs {option.HelpName ?? "a value"} after it. {option.Description}");
            else if (given.Tokens.Count > option.Arity.MaximumNumberOfValues)
                Tell(option, $"{option.Name} is given {given.Tokens.Count} times; give it once.");
        }
        // What is left was said by the options' own parsers.
        errors.AddRange(
            parsed.Errors.Where(error => error.SymbolResult is not { } result || !told.Contains(SymbolOf(result)))
            .Select(error => error.Message));
        return [.. errors.Distinct()];

        void Tell(Symbol symbol, string error)
        {
            told.Add(symbol);
            told.Add(command); // some errors about its parts are told of the command
            errors.Add(error);
        }
    }

    private static Symbol SymbolOf(SymbolResult result) => result switch
    {
        OptionResult option => option.Option,
        ArgumentResult { Parent: OptionResult option } => option.Option,
        ArgumentResult argument => argument.Argument,
        CommandResult command => command.Command,
        _ => throw new InvalidOperationException($"{result.GetType()} is no part of a command line"),
    };

    private static string Unknown(ParseResult parsed, string typed)
    {
        var command = parsed.CommandResult.Command;
        string path = HelpWithExamples.Path(command);
        if (typed.StartsWith('-'))
        {
            string near = NearName.Suggestion(typed.Split('=')[0],
                Options(command).SelectMany(option => option.Aliases.Append(option.Name)));
            string text = near.Length == 0 && command.Arguments.Count > 0
                ? " A text that begins with - goes after --, last."
                : "";
            return $"«{typed}» is not an option of {path}.{near}{text}";
        }
        if (command.Subcommands.Count == 0) return $"«{typed}» is one argument too many for {path}.";
        var own = command.Subcommands.Select(sub => sub.Name).ToArray();
        if (NearName.Of(typed, own) is { } name)
            return $"«{typed}» is not a command of {path}. Did you mean {path} {name}?";
        var all = All(parsed.RootCommandResult.Command).ToArray();
        string? meant = NearName.Of(typed, all.Select(other => other.Name));
        var elsewhere = all.FirstOrDefault(other => other.Name == meant);
        return elsewhere is not null
            ? $"«{typed}» is not a command of {path}. Did you mean {HelpWithExamples.Path(elsewhere)}?"
            : $"«{typed}» is not a command of {path}; there are {string.Join(", ", own)}.";
    }

    private static string Named(Option option) => option.HelpName is { } value ? $"{option.Name} {value}" : option.Name;

    private static IEnumerable<Option> Options(Command command) => command.Options.Concat(
        command.Parents.OfType<Command>().SelectMany(Options).Where(option => option.Recursive));

    private static IEnumerable<Command> All(Command command) =>
        command.Subcommands.SelectMany(sub => All(sub).Prepend(sub));
}
