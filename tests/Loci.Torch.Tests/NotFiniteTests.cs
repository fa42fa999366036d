using Loci.Torch.Networks;
using Loci.Torch.Runs;

namespace Loci.Torch.Tests;

/// <summary>A number that is not finite is named by the place it began at, not by one it spread to.</summary>
[Collection(nameof(TorchProcess))]
public class NotFiniteTests
{
    private static readonly Lazy<TrainingText> s_text = new(() => TrainingText.Prepare(TrainingFixture.Config("loci")));

    private static Trainer AfterOneStep()
    {
        var trainer = new Trainer(TrainingFixture.Config("loci"), s_text.Value);
        trainer.TakeStep();
        return trainer;
    }

    [Fact]
    public void Gradients_are_searched_from_the_top()
    {
        using var trainer = AfterOneStep();
        var blocks = trainer.Network.Blocks;
        Assert.Contains("every gradient is finite", NotFinite.InBackward(trainer.Network), StringComparison.Ordinal);
        foreach (var block in blocks) Poison(block.Parameters.First());
        Assert.Contains(blocks[^1].Parameters.First().Name, NotFinite.InBackward(trainer.Network),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Outside_the_layers_a_gradient_is_named_as_well()
    {
        using var trainer = AfterOneStep();
        Poison(trainer.Network.Embedding);
        Assert.Equal("the gradient of embedding is not finite", NotFinite.InBackward(trainer.Network));
    }

    private static void Poison(Parameter parameter) => parameter.Gradient.fill_(float.NaN);
}
