using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Loci.Cli.Commands;
using Loci.Memory.Numerics;
using Spectre.Console;

namespace Loci.Cli;

/// <summary>
/// The whole command line: what can be typed, and how it ends. 0 is success, 1 failed, 2 wrong usage.
/// </summary>
internal static class LociCommand
{
    public static int Run(string[] args)
    {
        using var guard = VisibleStreams.Guard();
        var root = Create();
        // «@» begins a prompt or a list of changes as any other character: no response files.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpWithExamples)
            return WrongUsage(parsed);
        if (KernelError() is { } kernel) return Fail(kernel, 2);
        using var interruption = new Interruption();
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
        };
        try
        {
            // What cannot be asked to stop is left behind: files appear whole or not at all.
            return parsed.Action is SynchronousCommandLineAction
                ? Task.Run(() => parsed.Invoke(configuration),
                    interruption.Token).WaitAsync(interruption.Token).GetAwaiter().GetResult()
                : parsed.InvokeAsync(configuration, interruption.Token).GetAwaiter().GetResult();
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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(e.Message, 1);
        }
        catch (Exception e) when (Environment.GetEnvironmentVariable("LOCI_DEBUG") is null)
        {
            return Fail(
                $"This is a mistake in Loci, not yours: {e.GetType().Name}: {e.Message} (LOCI_DEBUG=1 shows where.)",
                1);
        }
    }

    // A processor cannot do what LOCI_KERNEL asks for, or it asks for nothing there is.
    private static string? KernelError()
    {
        try
        {
            return MatrixProduct.KernelName.Length > 0 ? null : "";
        }
        catch (Exception e) when (e is ArgumentException or TypeInitializationException)
        {
            return (e.InnerException ?? e).Message;
        }
    }

    public static Command Create()
    {
        var root = new Command("loci", "Read, test and run the memories of a transformer.")
        {
            new HelpOption { Recursive = true },
            new VersionOption(),
            DemoCommand.Create(),
            ServeCommand.Create(),
            McpCommand.Create(),
            new Command("model", "Look into a model, check, run and convert it.")
            {
                ModelInfoCommand.Create(), ModelCheckCommand.Create(), ModelRunCommand.Create(),
                ModelConvertCommand.Create(),
            },
            GenerateCommand.Create(),
            ReadCommand.Create(),
            MemoryCommand.Create(),
            TraceCommand.Create(),
            new Command("atlas", "Build and read the atlas of a model's cells.")
            {
                AtlasBuildCommand.Create(), AtlasShowCommand.Create(), AtlasSearchCommand.Create(),
                AtlasMergeCommand.Create(),
                AtlasExportCommand.Create(),
            },
            ReportCommand.Create(),
            new Command(
                "world", "A generated world of which everything is known: its text, and what a model knows of it.")
            {
                WorldWriteCommand.Create(), WorldQuizCommand.Create(), WorldExplainCommand.Create(),
            },
            new Command("docs", "The documentation of the .NET libraries: a real text whose topics are known.")
            {
                DocsWriteCommand.Create(), DocsExplainCommand.Create(), DocsScoreCommand.Create(),
            },
            new Command(
                "annotate", "Have people find the patterns of triggers, blind.") { AnnotateExportCommand.Create(),
                AnnotateReadCommand.Create() },
            EditCommand.Create(
                EditEvaluateCommand.Create(), EditAdviseCommand.Create(), EditStatisticsCommand.Create(),
                EditExportCommand.Create(), EditReplayCommand.Create()),
            new Command("lab", "Small experiments with memories.")
            {
                LabInterferenceCommand.Create(), LabEditingCommand.Create(),
            },
        };
        root.Options.OfType<HelpOption>().Single().Action = new HelpWithExamples();
        return root;
    }

    private static int WrongUsage(ParseResult parsed)
    {
        if (parsed.CommandResult.Command.Subcommands.Count > 0
            && parsed.Tokens.All(t => t.Type == System.CommandLine.Parsing.TokenType.Command))
        {
            // «loci» or «loci atlas» alone: show what there is.
            new HelpWithExamples().Invoke(parsed);
            return 2;
        }
        foreach (string error in UsageErrors.Of(parsed)) Fail(error, 2);
        Console.Error.WriteLine($"Try: {HelpWithExamples.Path(parsed.CommandResult.Command)} --help");
        return 2;
    }

    /// <summary>Says what went wrong; gives the exit code.</summary>
    internal static int Fail(string message, int code)
    {
        Screen.Errors.Markup("[red]error:[/] ");
        Console.Error.WriteLine(message); // in one line: whoever reads a log searches in it
        return code;
    }
}
