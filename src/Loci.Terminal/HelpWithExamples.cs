using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;

namespace Loci.Terminal;

/// <summary>The usual help, followed by the examples of the command.</summary>
public sealed class HelpWithExamples : SynchronousCommandLineAction
{
    private static readonly ConditionalWeakTable<Command, string[]> s_examples = [];

    private readonly HelpAction _usual = new();

    /// <inheritdoc />
    public override bool ClearsParseErrors => true;

    /// <inheritdoc />
    public override int Invoke(ParseResult parseResult)
    {
        int code = _usual.Invoke(parseResult);
        var command = parseResult.CommandResult.Command;
        if (s_examples.TryGetValue(command, out string[]? examples))
        {
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (string example in examples) output.WriteLine($"  {example}");
            output.WriteLine();
        }
        return code;
    }

    /// <summary>The words that lead to a command: «loci atlas build».</summary>
    public static string Path(Command command) =>
        string.Join(' ', command.Parents.OfType<Command>().Select(Path).Append(command.Name));

    internal static void Add(Command command, string[] examples) => s_examples.AddOrUpdate(command, examples);
}

/// <summary>Examples of a command.</summary>
public static class CommandExamples
{
    /// <summary>Gives a command the examples its help ends with.</summary>
    public static Command WithExamples(this Command command, params string[] examples)
    {
        HelpWithExamples.Add(command, examples);
        return command;
    }
}
