using System.CommandLine;
using System.CommandLine.Help;
using Loci;
using Loci.Cluster.Commands;

Console.OutputEncoding = System.Text.Encoding.UTF8;
using var guard = VisibleStreams.Guard();
var root = new Command("loci-cluster", "Build atlases with many workers, on one machine or many.")
{
    new HelpOption { Recursive = true }, new VersionOption(),
    BuildCommand.Create(), UpCommand.Create(), SubmitCommand.Create(), StatusCommand.Create(),
    ResumeCommand.Create(), CancelCommand.Create(), SimulateCommand.Create(),
};
root.Options.OfType<HelpOption>().Single().Action = new HelpWithExamples();
using var interruption = new Interruption();
var configuration = new InvocationConfiguration
{
    EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
};
var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
if (parsed.Errors.Count > 0 && parsed.Action is not HelpWithExamples)
{
    if (parsed.CommandResult.Command == root && parsed.Tokens.Count == 0)
    {
        new HelpWithExamples().Invoke(parsed); // «loci-cluster» alone: show what there is
        return 2;
    }
    foreach (var error in parsed.Errors) Console.Error.WriteLine($"error: {error.Message}");
    Console.Error.WriteLine($"Try: {HelpWithExamples.Path(parsed.CommandResult.Command)} --help");
    return 2;
}
try
{
    return await parsed.InvokeAsync(configuration, interruption.Token);
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("error: Stopped.");
    return 1;
}
catch (Exception e) when (e is LociException or IOException or UnauthorizedAccessException or OrleansException
    or TimeoutException or InvalidOperationException)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return e is UsageException ? 2 : 1;
}
