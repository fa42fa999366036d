using System.Diagnostics;
using static TorchSharp.torch;

namespace Loci.Training.Labs.Retrieval;

/// <summary>What a training came to.</summary>
internal sealed record RetrievalResult(double Best, int Steps, double Seconds,
    IReadOnlyList<(int Step, double Loss)> Curve);

/// <summary>When a training ends, and how it goes.</summary>
/// <param name="MaxSteps">Most steps.</param>
/// <param name="MaxSeconds">Most time.</param>
internal sealed record RetrievalBudget(int MaxSteps = 100_000, double MaxSeconds = double.PositiveInfinity)
{
    public static RetrievalBudget Paper { get; } = new();

    /// <summary>
    /// Our own, for a first look: all keys of two sequences as queries, the gradient of S queries for a product that
    /// the one query of the paper does not fill; and a rate that falls to nothing by the end.
    /// </summary>
    public static RetrievalBudget Quick { get; } = new(2_500, 28)
    {
        EveryKey = true, Batch = 2, LearningRate = 2e-3, Decays = true, Patience = int.MaxValue,
    };

    /// <summary>True to train on all keys of a sequence as queries, not on one.</summary>
    public bool EveryKey { get; init; }

    public int Batch { get; init; } = 32;

    public double LearningRate { get; init; } = 1e-3;

    /// <summary>
    /// True for a rate that falls along half a cosine, by the steps or the time, whatever is used up first.
    /// </summary>
    public bool Decays { get; init; }

    /// <summary>Evaluations without a better one that end a training.</summary>
    public int Patience { get; init; } = 11;
}

/// <summary>
/// One training as in Schlag et al. 2021: Adam 1e-3, batch 32; every 100 steps the loss over 20 sequences with all
/// queries; until it is 0.001 or 11 evaluations brought no better one.
/// </summary>
internal static class RetrievalRun
{
    private const int Every = 100, EvaluationSequences = 20, EvaluationSeed = 1_000_000;
    private const double Solved = 0.001;

    /// <param name="model">Map and rule.</param>
    /// <param name="symbols">S.</param>
    /// <param name="writes">How often a key is written on average in the sequences learned from, and in those
    /// evaluated; 0 for setting 1.</param>
    /// <param name="seed">Of everything.</param>
    /// <param name="budget">When it ends.</param>
    /// <param name="cancellation">Ends it without a result.</param>
    public static RetrievalResult Train(
        LabModel model, int symbols, (int Training, int Evaluation) writes, int seed, RetrievalBudget budget,
        CancellationToken cancellation)
    {
        // The authors' code trains the norm-bounded rule with tanh keys so.
        if (model.Rule is { HasChunkForm: false } && model.Map == "tanh")
            budget = budget with { LearningRate = 1e-4, Batch = 128 };
        using Generator _ = manual_seed(seed);
        var task = new RetrievalTask(symbols, writes.Training, seed);
        var evaluation = new RetrievalTask(symbols, writes.Evaluation, seed + EvaluationSeed);
        using var network = new RetrievalModel(model, symbols, dual: true, seed);
        using var optimizer = optim.Adam(network.parameters(), budget.LearningRate);
        var clock = Stopwatch.StartNew();
        List<(int Step, double Loss)> curve = [];
        double best = double.PositiveInfinity;
        for (int step = 1, worse = 0; best > Solved && worse < budget.Patience; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            double share = Math.Max((step - 1.0) / budget.MaxSteps, clock.Elapsed.TotalSeconds / budget.MaxSeconds);
            if (budget.Decays)
                foreach (var group in optimizer.ParamGroups)
                    group.LearningRate = budget.LearningRate * (1 + Math.Cos(Math.PI * Math.Min(1, share))) / 2;
            Step(network, optimizer, task.Draw(budget.Batch, budget.EveryKey));
            bool last = step == budget.MaxSteps || clock.Elapsed.TotalSeconds >= budget.MaxSeconds;
            if (step % Every != 0 && !last) continue;
            double loss = Evaluate(network, evaluation);
            curve.Add((step, loss));
            worse = loss < best ? 0 : worse + 1;
            best = Math.Min(best, loss);
            if (last) break;
        }
        return new(best, curve[^1].Step, clock.Elapsed.TotalSeconds, curve);
    }

    private static void Step(RetrievalModel network, optim.Optimizer optimizer, RetrievalBatch batch)
    {
        using var scope = NewDisposeScope();
        network.train();
        network.NextBatch();
        optimizer.zero_grad();
        network.Loss(batch).backward();
        optimizer.step();
        foreach (var tensor in (Tensor[])[batch.Keys, batch.Values, batch.Queries, batch.Answers, batch.Asked])
            tensor.Dispose();
    }

    private static double Evaluate(RetrievalModel network, RetrievalTask task)
    {
        double sum = 0;
        using var _ = no_grad();
        network.eval();
        for (int i = 0; i < EvaluationSequences; i++)
        {
            using var scope = NewDisposeScope();
            sum += network.Loss(task.Draw(1, everyKey: true)).item<float>();
        }
        return sum / EvaluationSequences;
    }
}
