using System.Diagnostics;
using Loci.Torch.Runs;

namespace Loci.Torch.Tests;

[Collection(nameof(TorchProcess))]
public class MemoryTests
{
    private const int Windows = 4, Steps = 500;

    /// <summary>
    /// A leak shows in every window of steps. The heap's high-water mark, which rises when finalizers come late on a
    /// busy machine, does not: the window that grew least is judged.
    /// </summary>
    [Theory]
    [InlineData("opt"), InlineData("llama"), InlineData("loci")]
    public void Thousands_of_steps_leave_no_tensors_behind(string family)
    {
        var config = TrainingFixture.Config(family).With(t => t with { Steps = 1_000_000 });
        using var trainer = new Trainer(config, TrainingText.Prepare(config));
        for (int i = 0; i < 200; i++) trainer.TakeStep();
        long least = long.MaxValue;
        for (int window = 0; window < Windows; window++)
        {
            long before = Resident();
            for (int i = 0; i < Steps; i++) trainer.TakeStep();
            least = Math.Min(least, Resident() - before);
        }
        // One 6 KB activation kept by each step would be 3 MB.
        Assert.InRange(least, long.MinValue, 2 << 20);
    }

    private static long Resident()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true);
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
