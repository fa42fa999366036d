using System.CommandLine;
using Loci.Training;
using static TorchSharp.torch;

// The laboratory's tensors are small: a second thread would cost more than it does. Several trainings run side by side.
set_num_threads(1);
var root = new RootCommand("Train on Loci's kernels, with Torch's autograd.") { LabCommands.Create() };
try
{
    return root.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (e is ArgumentException or IOException or InvalidDataException)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return e is ArgumentException ? 2 : 1;
}
