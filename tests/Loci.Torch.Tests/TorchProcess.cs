namespace Loci.Torch.Tests;

/// <summary>
/// Torch's random numbers, its threads and the memory it holds belong to the process: tests that use them come one at a
/// time.
/// </summary>
[CollectionDefinition(nameof(TorchProcess))]
public class TorchProcess;
