using System.Diagnostics;
using Loci.Training.Runs;

namespace Loci.Training.Tests;

[Collection(nameof(TorchProcess))]
public class MemoryTests
{
    [Theory]
    [InlineData("opt"), InlineData("llama")]
    public void A_thousand_steps_leave_no_tensors_behind(string family)
    {
        var config = TrainingFixture.Config(family).With(t => t with { Steps = 1_000_000 });
        using var trainer = new Trainer(config, TrainingText.Prepare(config));
        for (int i = 0; i < 200; i++) trainer.TakeStep();
        long before = Resident();
        for (int i = 0; i < 1000; i++) trainer.TakeStep();
        // One 6 KB activation kept by each step would show.
        Assert.InRange(Resident() - before, long.MinValue, 4 << 20);
    }

    private static long Resident()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true);
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
