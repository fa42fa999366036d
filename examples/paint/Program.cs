using System.CommandLine;
using System.CommandLine.Help;
using Loci;
using Loci.Terminal;
using Paint.Commands;

Console.OutputEncoding = System.Text.Encoding.UTF8;
using var guard = VisibleStreams.Guard();
var root = new RootCommand("Paint Transformer: a picture as a set of strokes.")
{
    TrainCommand.Create().WithExamples("paint train --out training"),
    PaintCommand.Create().WithExamples(
        "paint paint photo.jpg --out photo.png --out strokes.json",
        "paint paint photo.jpg --out growing.svg --animate"),
    CellsCommand.Create().WithExamples("paint cells --out without.png"),
    MeasureCommand.Create().WithExamples("paint measure --out pictures"),
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
catch (Exception e) when (e is InvalidDataException or ArgumentException or IOException
    or UnauthorizedAccessException or LociException)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return e is ArgumentException or UsageException ? 2 : 1;
}
