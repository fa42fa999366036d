using System.CommandLine;
using System.CommandLine.Help;
using Loci.Cli.Commands;
using Spectre.Console;

namespace Loci.Cli;

/// <summary>The whole command line: what can be typed, and how it ends. 0 is success, 1 failed, 2 wrong usage.</summary>
internal static class LociCommand
{
    public static int Run(string[] args)
    {
        Console.OutputEncoding = System.Text.Encoding.UTF8;
        var root = Create();
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpWithExamples)
            return WrongUsage(parsed);
        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (UsageException e)
        {
            return Fail(e.Message, 2);
        }
        catch (LociException e)
        {
            return Fail(e.Message, 1);
        }
        catch (OperationCanceledException)
        {
            return Fail("Stopped.", 1);
        }
        catch (IOException e)
        {
            return Fail(e.Message, 1);
        }
    }

    public static Command Create()
    {
        var root = new Command("loci", "Read, test and run the memories of a transformer.")
        {
            new HelpOption { Recursive = true },
            new VersionOption(),
            new Command("model", "Look into a model, and run it.") { ModelInfoCommand.Create(), ModelRunCommand.Create() },
            GenerateCommand.Create(),
            new Command("atlas", "Build and read the atlas of a model's cells.")
            {
                AtlasBuildCommand.Create(), AtlasShowCommand.Create(), AtlasSearchCommand.Create(), AtlasMergeCommand.Create(),
                AtlasExportCommand.Create(),
            },
            new Command("lab", "Small experiments with fast-weight memories.") { LabInterferenceCommand.Create() },
        };
        root.Options.OfType<HelpOption>().Single().Action = new HelpWithExamples();
        return root;
    }

    private static int WrongUsage(ParseResult parsed)
    {
        if (parsed.CommandResult.Command.Subcommands.Count > 0 && parsed.Tokens.All(t => t.Type == System.CommandLine.Parsing.TokenType.Command))
        {
            // «loci» or «loci atlas» alone: show what there is.
            new HelpWithExamples().Invoke(parsed);
            return 2;
        }
        foreach (var error in parsed.Errors) Console.Error.WriteLine(error.Message);
        Console.Error.WriteLine($"Try: {HelpWithExamples.Path(parsed.CommandResult.Command)} --help");
        return 2;
    }

    private static int Fail(string message, int code)
    {
        Screen.Errors.MarkupLineInterpolated($"[red]error:[/] {message}");
        return code;
    }
}
