using System.CommandLine;
using System.CommandLine.Help;
using Loci;
using Loci.Terminal;
using Worldlines.Commands;

Console.OutputEncoding = System.Text.Encoding.UTF8;
using var guard = VisibleStreams.Guard();
var root = new RootCommand("Worldline training: digits told apart by signals that meet and interfere.")
{
    WorldlineCommands.Train().WithExamples(
        "worldlines train", "worldlines train --examples 1 --digits optdigits.tes --out few"),
    WorldlineCommands.Show().WithExamples("worldlines show worldlines-routes/routes.json --out lines.svg"),
    WorldlineCommands.Measure().WithExamples(
        "worldlines measure", "worldlines measure --digits t10k-images.idx3-ubyte"),
};
root.Options.OfType<HelpOption>().Single().Action = new HelpWithExamples();
using var interruption = new Interruption();
try
{
    var configuration = new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
    };
    var command = root.Parse(args);
    int code = command.InvokeAsync(configuration, interruption.Token).GetAwaiter().GetResult();
    return command.Errors.Count > 0 ? 2 : code;
}
catch (OperationCanceledException)
{
    return 1;
}
catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException or LociException)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return e is ArgumentException or UsageException ? 2 : 1;
}
