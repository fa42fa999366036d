using System.Diagnostics;
using static TorchSharp.torch;

namespace Loci.Training.Labs;

/// <summary>What a training came to.</summary>
internal sealed record RetrievalResult(double Best, int Steps, double Seconds, IReadOnlyList<(int Step, double Loss)> Curve);

/// <summary>When a training ends, and how it goes.</summary>
/// <param name="MaxSteps">Most steps.</param>
/// <param name="MaxSeconds">Most time.</param>
/// <param name="EveryKey">True to train on all keys of a sequence as queries, not on one.</param>
internal sealed record RetrievalBudget(int MaxSteps = int.MaxValue, double MaxSeconds = double.PositiveInfinity, bool EveryKey = false)
{
    public double LearningRate { get; init; } = 1e-3;

    public int Patience { get; init; } = 11;
}

/// <summary>
/// One training as in Schlag et al. 2021: Adam 1e-3, batch 32; every 100 steps the loss over 20 sequences with all queries;
/// until it is 0.001 or 11 evaluations brought no better one.
/// </summary>
internal static class RetrievalRun
{
    private const int Batch = 32, Every = 100, EvaluationSequences = 20;
    private const double Solved = 0.001;

    public static RetrievalResult Train(LabModel model, int symbols, int writes, int seed, RetrievalBudget budget)
    {
        using Generator _ = manual_seed(seed);
        var task = new RetrievalTask(symbols, writes, seed);
        var evaluation = new RetrievalTask(symbols, writes, seed + 1_000_000);
        using var network = new RetrievalModel(model, symbols, dual: writes == 0, seed);
        using var optimizer = optim.Adam(network.parameters(), budget.LearningRate);
        var clock = Stopwatch.StartNew();
        List<(int, double)> curve = [];
        double best = double.PositiveInfinity;
        int step = 0, worse = 0;
        while (step < budget.MaxSteps && clock.Elapsed.TotalSeconds < budget.MaxSeconds)
        {
            Step(network, optimizer, task, budget.EveryKey);
            if (++step % Every != 0) continue;
            double loss = Evaluate(network, evaluation);
            curve.Add((step, loss));
            worse = loss < best ? 0 : worse + 1;
            best = Math.Min(best, loss);
            if (best <= Solved || worse >= budget.Patience) break;
        }
        if (curve.Count == 0 || curve[^1].Item1 != step)
        {
            curve.Add((step, Evaluate(network, evaluation)));
            best = Math.Min(best, curve[^1].Item2);
        }
        return new(best, step, clock.Elapsed.TotalSeconds, curve);
    }

    private static void Step(RetrievalModel network, optim.Optimizer optimizer, RetrievalTask task, bool everyKey)
    {
        using var scope = NewDisposeScope();
        network.train();
        network.NextBatch();
        optimizer.zero_grad();
        network.Loss(task.Draw(Batch, everyKey)).backward();
        optimizer.step();
    }

    private static double Evaluate(RetrievalModel network, RetrievalTask task)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        network.eval();
        return network.Loss(task.Draw(EvaluationSequences, everyKey: true)).item<float>();
    }
}
