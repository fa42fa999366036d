using Loci.Tests;
using Loci.Training.Runs;

namespace Loci.Training.Tests;

[Collection(nameof(TorchProcess))]
public class TrainerTests
{
    private static readonly Lazy<TrainingText> s_text = new(() => TrainingText.Prepare(TrainingFixture.Config()));

    [Fact]
    public void Same_seed_same_losses_and_another_seed_others()
    {
        float[] first = Losses(TrainingFixture.Config()), second = Losses(TrainingFixture.Config());
        Assert.Equal(first, second);
        Assert.NotEqual(first, Losses(TrainingFixture.Config() with { Seed = 4 }));
        Assert.True(first[^1] < first[0] - 0.3, $"{first[0]} to {first[^1]}");
    }

    [Theory]
    [InlineData("opt"), InlineData("loci"), InlineData("loci gated_delta")]
    public void A_stopped_training_goes_on_bit_for_bit(string family)
    {
        using var folder = new TemporaryFolder();
        var config = TrainingFixture.Config(family);
        string path = folder["checkpoint.safetensors"];
        using var whole = new Trainer(config, s_text.Value);
        Assert.True(whole.Run(folder["whole.safetensors"], _ => { }, default));

        using (var first = new Trainer(config, s_text.Value))
        {
            using var stop = new CancellationTokenSource();
            Assert.False(first.Run(path, progress => { if (progress.Step == 10) stop.Cancel(); }, stop.Token));
            Assert.Equal(10, first.Step);
        }
        using var second = new Trainer(config, s_text.Value);
        second.Load(path);
        Assert.Equal(10, second.Step);
        Assert.True(second.Run(path, _ => { }, default));

        Assert.Equal(whole.Curve.Training, second.Curve.Training);
        Assert.Equal(whole.Curve.HeldOut, second.Curve.HeldOut);
        Assert.True(whole.Network.Parameters.Values.SequenceEqual(second.Network.Parameters.Values));
    }

    [Fact]
    public void A_checkpoint_of_another_training_is_refused()
    {
        using var folder = new TemporaryFolder();
        string path = folder["checkpoint.safetensors"];
        using var one = new Trainer(TrainingFixture.Config(), s_text.Value);
        one.Save(path);
        using var other = new Trainer(TrainingFixture.Config().With(t => t with { LearningRate = 1e-3 }), s_text.Value);
        Assert.Contains("another config", Assert.Throws<LociException>(() => other.Load(path)).Message, StringComparison.Ordinal);
        byte[] bytes = File.ReadAllBytes(path);
        folder.Write("checkpoint.safetensors", bytes[..(bytes.Length / 2)]);
        Assert.Throws<InvalidFileException>(() => one.Load(path));
    }

    [Fact]
    public void Accumulated_passes_make_the_step_of_one_large_batch()
    {
        var large = TrainingFixture.Config().With(t => t with { Dropout = 0, Batch = 8, Steps = 6 });
        var small = large.With(t => t with { Batch = 2, Accumulate = 4 });
        foreach (var (l, s) in Losses(large).Zip(Losses(small))) Assert.Equal(l, s, 1e-4); // float32, other order of summation
    }

    [Fact]
    public void A_loss_that_is_not_finite_stops_with_step_and_quantity()
    {
        using var folder = new TemporaryFolder();
        using var trainer = new Trainer(TrainingFixture.Config(), s_text.Value);
        trainer.TakeStep();
        trainer.Save(folder["good.safetensors"]);
        trainer.Network.FinalNorm.Gain.Values.detach().fill_(float.NaN);
        var error = Assert.Throws<LociException>(() => trainer.Run(folder["good.safetensors"], _ => { }, default));
        Assert.Contains("Step 2: the loss is NaN", error.Message, StringComparison.Ordinal);
        using var again = new Trainer(TrainingFixture.Config(), s_text.Value);
        again.Load(folder["good.safetensors"]);
        Assert.Equal(1, again.Step);
    }

    private static float[] Losses(TrainingConfig config)
    {
        using var trainer = new Trainer(config, s_text.Value);
        while (trainer.Step < trainer.Steps) trainer.TakeStep();
        return [.. trainer.Curve.Training];
    }
}
