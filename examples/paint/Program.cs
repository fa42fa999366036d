using System.CommandLine;
using Loci;
using Loci.Terminal;
using Paint.Commands;

Console.OutputEncoding = System.Text.Encoding.UTF8;
using var guard = VisibleStreams.Guard();
var root = new RootCommand("Paint Transformer: a picture as a set of strokes.")
{
    TrainCommand.Create(),
};
using var interruption = new Interruption();
try
{
    var configuration = new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
    };
    return root.Parse(args).InvokeAsync(configuration, interruption.Token).GetAwaiter().GetResult();
}
catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException or LociException)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return e is ArgumentException or UsageException ? 2 : 1;
}
