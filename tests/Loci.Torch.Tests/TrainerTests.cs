using Loci.Memory.Numerics;
using Loci.Tests;
using Loci.Torch.Runs;

namespace Loci.Torch.Tests;

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
        Assert.True(whole.Run(folder["whole.safetensors"], new ImmediateProgress<TrainingProgress>(_ => { }), default));

        using (var first = new Trainer(config, s_text.Value))
        {
            using var stop = new CancellationTokenSource();
            Assert.False(first.Run(path, StopAt(10, stop), stop.Token));
            Assert.Equal(10, first.Step);
        }
        using var second = new Trainer(config, s_text.Value);
        second.Load(path);
        Assert.Equal(10, second.Step);
        Assert.True(second.Run(path, new ImmediateProgress<TrainingProgress>(_ => { }), default));

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
        Assert.Contains("another config", Assert.Throws<LociException>(() => other.Load(path)).Message,
            StringComparison.Ordinal);
        byte[] bytes = File.ReadAllBytes(path);
        folder.Write("checkpoint.safetensors", bytes[..(bytes.Length / 2)]);
        Assert.Throws<InvalidFileException>(() => one.Load(path));
    }

    [Fact]
    public void A_flipped_bit_of_a_checkpoint_is_noticed()
    {
        using var folder = new TemporaryFolder();
        string path = folder["checkpoint.safetensors"];
        using var trainer = new Trainer(TrainingFixture.Config("loci"), s_text.Value);
        trainer.Save(path);
        byte[] bytes = File.ReadAllBytes(path);
        var random = RandomStream.Of(1, "flipped bits of a checkpoint");
        for (int flip = 0; flip < 40; flip++)
        {
            // One in the numbers, one anywhere.
            int at = flip % 2 == 0 ? random.Next(bytes.Length / 2, bytes.Length) : random.Next(bytes.Length);
            byte mask = (byte)(1 << random.Next(8));
            bytes[at] ^= mask;
            folder.Write("checkpoint.safetensors", bytes);
            Assert.ThrowsAny<LociException>(() => trainer.Load(path));
            bytes[at] ^= mask;
        }
    }

    [Fact]
    public void Accumulated_passes_make_the_step_of_one_large_batch()
    {
        var large = TrainingFixture.Config().With(t => t with { Dropout = 0, Batch = 8, Steps = 6 });
        var small = large.With(t => t with { Batch = 2, Accumulate = 4 });
        // float32, other order of summation
        foreach (var (l, s) in Losses(large).Zip(Losses(small))) Assert.Equal(l, s, 1e-4);
    }

    [Fact]
    public void A_loss_that_is_not_finite_stops_with_step_and_quantity()
    {
        using var folder = new TemporaryFolder();
        using var trainer = new Trainer(TrainingFixture.Config(), s_text.Value);
        trainer.TakeStep();
        trainer.Save(folder["good.safetensors"]);
        trainer.Network.FinalNorm.Gain!.Values.detach().fill_(float.NaN);
        var error = Assert.Throws<DivergedException>(
            () => trainer.Run(folder["good.safetensors"], new ImmediateProgress<TrainingProgress>(_ => { }), default));
        Assert.Contains("Step 2: the loss is NaN", error.Message, StringComparison.Ordinal);
        using var again = new Trainer(TrainingFixture.Config(), s_text.Value);
        again.Load(folder["good.safetensors"]);
        Assert.Equal(1, again.Step);
    }

    [Theory]
    [InlineData("delta"), InlineData("gated_delta")]
    public void What_is_carried_survives_a_stop(string rule)
    {
        using var folder = new TemporaryFolder();
        var config = TrainingFixture.Config($"loci {rule}").With(t => t with { Carry = true, Sequence = 8 });
        string path = folder["checkpoint.safetensors"];
        using var whole = new Trainer(config, s_text.Value);
        whole.Run(folder["whole.safetensors"], new ImmediateProgress<TrainingProgress>(_ => { }), default);
        using (var first = new Trainer(config, s_text.Value))
        {
            using var stop = new CancellationTokenSource();
            Assert.False(first.Run(path, StopAt(7, stop), stop.Token));
        }
        using var second = new Trainer(config, s_text.Value);
        second.Load(path);
        Assert.True(second.Run(path, new ImmediateProgress<TrainingProgress>(_ => { }), default));
        Assert.Equal(whole.Curve.Training, second.Curve.Training);
        Assert.NotEqual(whole.Curve.Training, Losses(config.With(t => t with { Carry = null })));
        Assert.True(whole.Network.Parameters.Values.SequenceEqual(second.Network.Parameters.Values));
    }

    [Theory]
    [InlineData("truncated"), InlineData("sliding"), InlineData("carried")]
    public void Held_out_text_is_read_in_three_ways(string kind)
    {
        var config = TrainingFixture.Config("loci")
            .With(t => t with { Evaluate = kind, Steps = 1, Batch = 2, Sequence = 8 });
        using var folder = new TemporaryFolder();
        using var trainer = new Trainer(config, s_text.Value);
        trainer.Run(folder["checkpoint.safetensors"], new ImmediateProgress<TrainingProgress>(_ => { }), default);
        Assert.All(trainer.Curve.HeldOut, point => Assert.InRange(point.Loss, 1, 7));
    }

    [Fact]
    public void Rows_are_texts_that_go_on_in_order()
    {
        int[] stream = [.. Enumerable.Range(100, 64)];
        var segments = new TokenSegments(stream, rows: 3, length: 5);
        long[] inputs = new long[5], targets = new long[5];
        for (int row = 0; row < 3; row++)
        {
            var text = new List<long>();
            for (int segment = 0; segment < segments.Segments; segment++)
            {
                segments.Fill(segment * 3 + row, inputs, targets);
                Assert.Equal(inputs.Select(token => token + 1), targets);
                Assert.Equal(segment == 0, segments.Begins(segment * 3 + row));
                text.AddRange(inputs);
            }
            Assert.Equal(Enumerable.Range(100 + row * 20, 20).Select(token => (long)token), text);
        }
        Assert.Throws<LociException>(() => new TokenSegments(stream, 13, 5));
        Assert.Throws<LociException>(() => new SlidingWindows(stream, 64, 5));
    }

    [Fact]
    public void A_poisoned_layer_is_named()
    {
        using var folder = new TemporaryFolder();
        using var trainer = new Trainer(TrainingFixture.Config("loci"), s_text.Value);
        trainer.Network.Blocks[1].Values.Weight.Values.detach().fill_(3e38f);
        string message = Assert.Throws<DivergedException>(() => trainer.TakeStep()).Message;
        Assert.Contains("Step 1: the loss is", message, StringComparison.Ordinal);
        Assert.Contains("what leaves layer 1 is the first activation", message, StringComparison.Ordinal);
        using var other = new Trainer(TrainingFixture.Config("loci"), s_text.Value);
        other.Network.Blocks[0].AttentionOutput.Weight.Values.detach().fill_(float.NaN);
        Assert.Contains("the weights layers.0.attention_output.weight are",
            Assert.Throws<DivergedException>(() => other.TakeStep()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_leaves_the_last_checkpoint()
    {
        using var disk = new SmallDisk();
        using var trainer = new Trainer(TrainingFixture.Config(), s_text.Value);
        string path = disk["checkpoint.safetensors"];
        trainer.TakeStep();
        trainer.Save(path);
        byte[] good = File.ReadAllBytes(path);
        disk.Fill(leaving: 8192);
        trainer.TakeStep();
        Assert.Contains("checkpoint.safetensors", Assert.Throws<LociException>(() => trainer.Save(path)).Message,
            StringComparison.Ordinal);
        Assert.Equal(good, File.ReadAllBytes(path));
        Assert.Equal(["checkpoint.safetensors", SmallDisk.Filler], disk.Names);
    }

    [Theory]
    // kilobytes that are left: none, and enough for the first files of a model but not for all
    [InlineData(0), InlineData(40)]
    public void A_disk_that_is_full_at_the_end_loses_nothing(int kilobytes)
    {
        using var folder = new TemporaryFolder();
        using var disk = new SmallDisk();
        var config = TrainingFixture.Config() with { Out = disk["model"] };
        var error = Assert.Throws<LociException>(() => TrainingRun.Train(
            config, s_text.Value, null,
            (_, progress) => { if (progress.Step == progress.Steps) disk.Fill(leaving: kilobytes << 10); }, null,
            default));
        Assert.Contains(disk["model"], error.Message, StringComparison.Ordinal);
        Assert.Null(TrainingRun.Finished(config, s_text.Value.Hash));
        Assert.True(File.Exists(disk["model/checkpoint.safetensors"]));

        disk.Empty();
        Assert.True(
            TrainingRun.Train(config, s_text.Value, trainer => Assert.Equal(trainer.Steps, trainer.Step),
                (_, _) => Assert.Fail("all steps were taken"), null, default));
        var whole = config with { Out = folder["model"] };
        Assert.True(TrainingRun.Train(whole, s_text.Value, null, (_, _) => { }, null, default));
        foreach (string file in (string[])["model.safetensors", "loss.csv", "tokenizer.json"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(whole.Out, file)),
                File.ReadAllBytes(Path.Combine(config.Out, file)));
        Assert.False(File.Exists(disk["model/checkpoint.safetensors"]));
    }

    [Theory]
    [InlineData("training"), InlineData("held-out")]
    public void Too_short_a_text_is_named(string which)
    {
        var text = which == "training"
            ? s_text.Value with { Training = s_text.Value.Training[..5] }
            : s_text.Value with { HeldOut = s_text.Value.HeldOut[..5] };
        var error = Assert.Throws<LociException>(() => new Trainer(TrainingFixture.Config(), text));
        Assert.StartsWith($"The {which} text is too short. The text has 5 tokens", error.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1), InlineData(400), InlineData(int.MaxValue)]
    public void A_token_outside_the_vocabulary_is_refused(int token)
    {
        int size = s_text.Value.Tokenizer.Tokenizer.VocabularySize;
        int[] stream = [.. s_text.Value.HeldOut];
        stream[7] = token;
        var error = Assert.Throws<LociException>(
            () => new Trainer(TrainingFixture.Config(), s_text.Value with { HeldOut = stream }));
        Assert.Equal($"Token 7 of the held-out text is {token}, outside the vocabulary of {size}.", error.Message);
    }

    [Fact]
    public void Held_out_words_that_training_never_met_are_read_as_unknown()
    {
        using var folder = new TemporaryFolder();
        folder.Write("known.txt", string.Concat(Enumerable.Repeat("one two three four five six seven eight\n\n", 60)));
        folder.Write("strange.txt", string.Concat(Enumerable.Repeat("neun zehn elf <s> 🜚 \u0007 zwölf\n\n", 60)));
        var config = TrainingFixture.Config() with { Corpus =
            new() { Files = [folder["known.txt"]], HeldOutFiles = [folder["strange.txt"]] }, Out = folder["model"] };
        Assert.True(TrainingRun.Train(config, TrainingText.Prepare(config), null, (_, _) => { }, null, default));
    }

    private static float[] Losses(TrainingConfig config)
    {
        using var trainer = new Trainer(config, s_text.Value);
        while (trainer.Step < trainer.Steps) trainer.TakeStep();
        return [.. trainer.Curve.Training];
    }

    private static ImmediateProgress<TrainingProgress> StopAt(int step, CancellationTokenSource stop) =>
        new(progress => { if (progress.Step == step) stop.Cancel(); });
}
