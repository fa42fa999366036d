using Loci.Tests.Models;
using Loci.Torch.Networks;
using Loci.Torch.Optimisation;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Loci.Torch.Tests;

[Collection(nameof(TorchProcess))]
public class OptimisationTests
{
    [Fact]
    public void AdamW_takes_Torchs_steps()
    {
        Parameter[] own = [new("a", [7, 9], 0.5, 0), new("b", [33], 0.5, 0), new("c", [200, 300], 0.5, 0)];
        using var set = new ParameterSet(own);
        set.Initialise(5);
        var theirs = own.Select(p => new TorchSharp.Modules.Parameter(p.Values.detach().clone())).ToArray();
        using var decaying = optim.AdamW(theirs.Where(p => p.dim() > 1), 0.01, 0.9, 0.95, 1e-8, weight_decay: 0.3);
        using var others = optim.AdamW(theirs.Where(p => p.dim() == 1), 0.01, 0.9, 0.95, 1e-8, weight_decay: 0);
        var ours = new AdamW(set, new(0.9, 0.95, 1e-8, 0.3));
        using Generator _ = manual_seed(1);
        for (int step = 1; step <= 6; step++)
        {
            foreach (var (p, t) in own.Zip(theirs))
            {
                using var gradient = randn(p.Shape) * 3;
                using var half = gradient * 0.5;
                using (no_grad()) p.Gradient.copy_(gradient);
                t.grad = half.clone();
            }
            ours.Step(step, 0.01, 0.5);
            decaying.step();
            others.step();
        }
        foreach (var (p, t) in own.Zip(theirs))
            Assert.True((p.Values - t).abs().max().item<float>() < 2e-6, p.Name); // float32, values near 1
    }

    [Fact]
    public void The_gradients_norm_is_that_of_all_tensors()
    {
        Parameter[] own = [new("a", [200, 300], 0.5, 0), new("b", [5], 0.5, 0)];
        using var set = new ParameterSet(own);
        set.Initialise(1);
        set.Values.CopyTo(set.Gradients);
        double expected = Math.Sqrt(own.Sum(p => p.Gradient.to(ScalarType.Float64).square().sum().item<double>()));
        Assert.Equal(expected, new AdamW(set, default).GradientNorm(), 1e-9 * expected);
    }

    [Fact]
    public void The_learning_rate_rises_and_falls()
    {
        var rate = new LearningRate(1, 0.1, 10, 110);
        Assert.Equal([0.1, 1, 0.55, 0.1], ((long[])[1, 10, 60, 110]).Select(step => Math.Round(rate.At(step), 12)));
        Assert.Equal(0.1, new LearningRate(1, 0.1, 0, 1).At(1), 1e-12);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public void The_fused_loss_has_autograds_gradients(bool tied)
    {
        var spec = RandomModel.Create(4).Spec with { Head = new(tied), Vocabulary = 20_000, Width = 16 };
        using var ours = new TorchTransformer(spec);
        using var theirs = new TorchTransformer(spec);
        ours.Parameters.Initialise(1);
        theirs.Parameters.Initialise(1);
        using Generator _ = manual_seed(2);
        long length = spec.Context;
        Tensor tokens = randint(spec.Vocabulary, [20, length], ScalarType.Int64),
            targets = randint(spec.Vocabulary, [20 * length, 1], ScalarType.Int64);

        var normed = ours.Forward(tokens);
        var (loss, gradient) = LossHead.Train(ours, normed, targets, 1.0 / targets.numel());
        normed.backward([gradient]);
        var expected = F.cross_entropy(theirs.Logits(theirs.Forward(tokens)), targets.flatten());
        expected.backward();

        Assert.Equal(expected.item<float>(), loss / targets.numel(), 1e-5);
        foreach (var (o, t) in ours.Parameters.Parameters.Zip(theirs.Parameters.Parameters))
        {
            double difference = (o.Gradient - t.Gradient).norm().item<float>(), size = t.Gradient.norm().item<float>();
            // float32, other order of summation
            Assert.True(difference <= 1e-4 * size + 1e-7, $"{o.Name}: {difference:g3} of {size:g3}");
        }
        var (again, right) = LossHead.Evaluate(ours, normed, targets);
        Assert.Equal(loss, again, 1e-3);
        Assert.InRange(right, 0, targets.numel());
    }
}
