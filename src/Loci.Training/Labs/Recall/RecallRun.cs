using System.Diagnostics;
using Loci.Models;
using Loci.Torch.Autograd;
using Loci.Torch.Networks;
using Loci.Torch.Optimisation;
using Loci.Torch.Runs;
using static TorchSharp.torch;

namespace Loci.Training.Labs.Recall;

/// <summary>What a training on a recall task came to.</summary>
/// <param name="Curve">Share of right answers after some steps, in order; the last is the result.</param>
/// <param name="Parameters">Of the network.</param>
/// <param name="Seconds">Time, evaluations included.</param>
internal sealed record RecallResult(IReadOnlyList<(int Step, double Accuracy)> Curve, long Parameters, double Seconds);

/// <summary>
/// One training on a recall task: the loss is that of the answers alone; AdamW with a rate that is steady after 50
/// steps, weight decay 0.01, gradients of norm 1 at most, 32 texts a step; every 25 steps the answers to 128 texts that
/// were not learned from.
/// </summary>
internal static class RecallRun
{
    public const int Every = 25;

    private const int Batch = 32, TestTexts = 128, Warmup = 50, TestSeed = 1_000_000;
    private const double WeightDecay = 0.01, LargestGradient = 1;

    /// <summary>Enough to end a training.</summary>
    private const double Solved = 0.999;

    /// <param name="spec">The model.</param>
    /// <param name="task">The texts of a seed.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="seed">Of the first weights and the texts.</param>
    /// <param name="steps">Most steps.</param>
    /// <param name="cancellation">Ends the training without a result.</param>
    /// <exception cref="LociException">A gradient is not finite.</exception>
    public static RecallResult Train(ModelSpec spec, Func<int, IRecallTask> task, double rate, int seed, int steps,
        CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        using var network = new TorchTransformer(spec);
        network.Parameters.Initialise(FirstWeights.Seed(seed, spec));
        Enlarge(network.Parameters);
        var optimiser = new AdamW(network.Parameters, new(0.9, 0.95, 1e-8, WeightDecay));
        var texts = task(seed);
        List<(int, double)> curve = [];
        for (int step = 1; step <= steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            Learn(network, texts.Draw);
            double norm = optimiser.GradientNorm();
            if (!double.IsFinite(norm))
                throw new LociException($"step {step}: the gradient is not finite; {NotFinite.InBackward(network)}");
            optimiser.Step(step, rate * Math.Min(1, (double)step / Warmup), Math.Min(1, LargestGradient / norm));
            if (step % Every != 0 && step != steps) continue;
            curve.Add((step, Accuracy(network, task(seed + TestSeed))));
            if (curve[^1].Item2 >= Solved) break;
        }
        return new(curve, network.Parameters.Count, clock.Elapsed.TotalSeconds);
    }

    // The deviation of 0.02 that language models begin with is made for widths of many hundreds: here projections begin
    // near 1/√width.
    private static void Enlarge(ParameterSet parameters)
    {
        foreach (var parameter in parameters.Parameters.Where(parameter => parameter.Deviation is > 0 and <= 0.02))
        {
            float factor = parameter.Name is "embedding" or "positions" ? 10 : 5;
            foreach (ref float x in TensorData.Of<float>(parameter.Values)) x *= factor;
        }
    }

    private static void Learn(TorchTransformer network, Func<int, RecallBatch> draw)
    {
        using var scope = NewDisposeScope();
        network.Parameters.ClearGradients();
        var (tokens, rows, answers) = draw(Batch);
        var asked = network.Forward(tokens).index_select(0, rows);
        asked.backward([LossHead.Train(network, asked, answers, 1.0 / answers.shape[0]).Gradient]);
    }

    private static double Accuracy(TorchTransformer network, IRecallTask task)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (tokens, rows, answers) = task.Draw(TestTexts);
        return (double)LossHead.Evaluate(network, network.Forward(tokens).index_select(0, rows), answers).Right
            / answers.shape[0];
    }

}
