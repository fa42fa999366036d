using System.CommandLine;
using System.CommandLine.Help;
using Loci;
using Loci.Terminal;
using Loci.Training.Commands;
using static TorchSharp.torch;

Console.OutputEncoding = System.Text.Encoding.UTF8;
using var guard = VisibleStreams.Guard();
// The laboratory's tensors are small: a second thread would cost more than it does. Several trainings run side by side.
set_num_threads(1);
var root = new RootCommand(
    "Train language models, and the laboratory of fast-weight memories.") { LabCommands.Create() };
TrainCommand.Fit(root);
root.Options.OfType<HelpOption>().Single().Action = new HelpWithExamples();
using var interruption = new Interruption();
try
{
    var configuration = new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
    };
    return root.Parse(args).InvokeAsync(configuration, interruption.Token).GetAwaiter().GetResult();
}
catch (Exception e) when (e is ArgumentException or IOException or InvalidDataException or LociException)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return e is ArgumentException or UsageException ? 2 : 1;
}
