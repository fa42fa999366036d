using Spectre.Console;

namespace Loci.Cli;

/// <summary>Where people read: results on standard output, progress and errors on standard error. NO_COLOR and pipes are respected.</summary>
internal static class Screen
{
    /// <summary>Standard output.</summary>
    public static IAnsiConsole Results => Console(System.Console.Out);

    /// <summary>Standard error.</summary>
    public static IAnsiConsole Errors => Console(System.Console.Error);

    private static IAnsiConsole Console(TextWriter writer)
    {
        var output = new AnsiConsoleOutput(writer);
        bool colour = output.IsTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = output,
            Ansi = output.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = colour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = output.IsTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!output.IsTerminal) console.Profile.Width = 120; // a pipe has no width; do not fold its lines at 80
        return console;
    }
}
