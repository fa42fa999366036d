using System.Diagnostics;
using Loci.Torch.Networks;
using Loci.Torch.Optimisation;
using static TorchSharp.torch;

namespace Loci.Torch.Runs;

/// <summary>How a training stands.</summary>
/// <param name="Step">Steps taken.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Loss">Of the last step, in nats a token.</param>
/// <param name="HeldOut">The last held-out loss, or NaN.</param>
/// <param name="TokensPerSecond">Since the training was started or taken up, evaluations left out.</param>
public readonly record struct TrainingProgress(long Step, long Steps, double Loss, double HeldOut,
    double TokensPerSecond)
{
    /// <summary>Time left at the present rate.</summary>
    public TimeSpan Left(long tokensOfStep) =>
        TimeSpan.FromSeconds((Steps - Step) * tokensOfStep / Math.Max(1, TokensPerSecond));
}

/// <summary>
/// Trains a network: every step reads some windows, adds up their gradients, clips them and lets AdamW change the
/// weights. Same config, text and number of threads, same losses, bit for bit, however often it was stopped between.
/// </summary>
public sealed class Trainer : IDisposable
{
    private readonly TrainingConfig _config;
    private readonly ITokenSource _windows;
    private readonly HeldOutEvaluation _evaluation;
    private readonly CarriedMemory[]? _carried; // [layers]
    private readonly AdamW _optimiser;
    private readonly LearningRate _rate;
    private readonly Tensor _inputs, _targets; // [batch, length], [batch·length, 1]
    private readonly int _batch, _length;
    private readonly Stopwatch _training = new();
    private TimeSpan _processor;
    private long _stepsHere;

    /// <summary>A training at its first step.</summary>
    public Trainer(TrainingConfig config, TrainingText text)
    {
        _config = config;
        text.CheckVocabulary();
        var schedule = config.Training;
        (_batch, _length) = (schedule.Batch, schedule.Sequence ?? config.Model.Context);
        bool carry = schedule.Carry == true;
        _windows = Cut<ITokenSource>("training", () => carry
            ? new TokenSegments(text.Training, _batch, _length)
            : new TokenWindows(text.Training, text.Begin, _length, config.Seed));
        _evaluation = Cut("held-out", () => new HeldOutEvaluation(schedule, _length, text));
        TokensOfStep = (long)_batch * _length * schedule.Accumulate;
        Steps = schedule.Steps
            ?? (long)Math.Ceiling(
                (schedule.Tokens ?? schedule.Epochs!.Value * _windows.Count * _length) / TokensOfStep);
        Network = new(SpecOfSettings.Create(config.Model, text.Tokenizer.Tokenizer.VocabularySize, text.Begin));
        Network.Parameters.Initialise(FirstWeights.Seed(config.Seed, Network.Spec));
        if (carry) _carried = [.. Network.Blocks.Select(_ => new CarriedMemory())];
        _optimiser = new(Network.Parameters, new(schedule.Betas[0], schedule.Betas[1], 1e-8, schedule.WeightDecay));
        _rate = new(schedule.LearningRate, schedule.MinRate ?? schedule.LearningRate / 10,
            Math.Min(schedule.Warmup, Steps), Steps);
        _inputs = zeros(_batch, _length, ScalarType.Int64).DetachFromDisposeScope();
        _targets = zeros(_batch * _length, 1, ScalarType.Int64).DetachFromDisposeScope();
        Identity = $"{ConfigFile.Write(config)}\n{text.Hash}";
    }

    /// <summary>What is trained.</summary>
    public TorchTransformer Network { get; }

    /// <summary>Losses so far.</summary>
    public LossCurve Curve { get; } = new();

    /// <summary>Steps taken.</summary>
    public long Step => Curve.Training.Count;

    /// <summary>Steps in all.</summary>
    public long Steps { get; }

    /// <summary>Tokens of one step.</summary>
    public long TokensOfStep { get; }

    /// <summary>Since the training was started or taken up, evaluations left out; NaN before the first step.</summary>
    public double TokensPerSecond => _stepsHere * TokensOfStep / _training.Elapsed.TotalSeconds;

    /// <summary>
    /// The same by the time of processors that this process got, all threads together: what other programs take of a
    /// machine does not count.
    /// </summary>
    public double TokensPerProcessorSecond => _stepsHere * TokensOfStep / _processor.TotalSeconds;

    private static TimeSpan ProcessorTime => Environment.CpuUsage.TotalTime;

    private string Identity { get; }

    /// <summary>Writes a checkpoint, whole or not at all.</summary>
    public void Save(string path) =>
        TrainingCheckpoint.Write(path, Identity, Network.Parameters, _optimiser, Curve, _carried);

    /// <summary>Goes on from a checkpoint.</summary>
    public void Load(string path)
    {
        TrainingCheckpoint.Read(path, Identity, Network.Parameters, _optimiser, Curve, _carried);
        if (Step > Steps) throw new InvalidFileException(path, $"{Step} steps, of {Steps}");
    }

    /// <summary>Goes on until the last step or until asked to stop.</summary>
    /// <param name="checkpoint">Where checkpoints go; the last one before a failure stays.</param>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancellation">Ends after the step under way, with a checkpoint.</param>
    /// <returns>False when it was asked to stop.</returns>
    public bool Run(string checkpoint, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        if (Step == 0 && Curve.HeldOut.Count == 0) Evaluate();
        while (Step < Steps)
        {
            if (cancellation.IsCancellationRequested)
            {
                Save(checkpoint);
                return false;
            }
            double loss = TakeStep();
            bool last = Step == Steps;
            if (last || Step % _config.Training.EvaluateEvery == 0) Evaluate();
            if (last || Step % _config.Training.CheckpointEvery == 0) Save(checkpoint);
            progress.Report(
                new(Step, Steps, loss, Curve.HeldOut is [.., var held] ? held.Loss : double.NaN, TokensPerSecond));
        }
        return true;
    }

    /// <summary>Frees network and optimiser.</summary>
    public void Dispose()
    {
        foreach (var memory in _carried ?? []) memory.Dispose();
        _inputs.Dispose();
        _targets.Dispose();
        Network.Dispose();
    }

    /// <summary>One step; its loss in nats a token.</summary>
    public double TakeStep()
    {
        _training.Start();
        var before = ProcessorTime;
        long step = Step + 1;
        var schedule = _config.Training;
        // dropout's numbers belong to the step
        if (schedule.Dropout > 0) manual_seed(unchecked(_config.Seed * 1_000_003L + step)).Dispose();
        Network.Parameters.ClearGradients();
        double loss = 0;
        for (int pass = 0; pass < schedule.Accumulate; pass++)
        {
            using var scope = NewDisposeScope();
            long first = ((step - 1) * schedule.Accumulate + pass) * _batch;
            _windows.Draw(first, _inputs, _targets);
            Forget(first);
            var normed = Network.Forward(_inputs, schedule.Dropout, _carried);
            var (sum, gradient) = LossHead.Train(Network, normed, _targets, 1.0 / TokensOfStep);
            loss += sum / TokensOfStep;
            if (!double.IsFinite(loss))
                throw NotFinite.Error(step, "loss", loss, NotFinite.InForward(Network, _inputs, _carried));
            normed.backward([gradient]);
        }
        double norm = _optimiser.GradientNorm();
        if (!double.IsFinite(norm))
            throw NotFinite.Error(step, "norm of the gradient", norm, NotFinite.InBackward(Network));
        _optimiser.Step(step, _rate.At(step), schedule.Clip > 0 && norm > schedule.Clip ? schedule.Clip / norm : 1);
        Curve.Training.Add((float)loss);
        _stepsHere++;
        _training.Stop();
        _processor += ProcessorTime - before;
        return loss;
    }

    // Both texts can be too short; the message says which one is.
    private static T Cut<T>(string text, Func<T> windows)
    {
        try
        {
            return windows();
        }
        catch (LociException e)
        {
            throw new LociException(
                $"The {text} text is too short. {e.Message} Give more text, or a smaller training.sequence or "
                + $"training.batch.", e);
        }
    }

    private void Evaluate()
    {
        var (loss, accuracy) = _evaluation.Run(Network, _inputs, _targets);
        Curve.HeldOut.Add((Step, loss, accuracy));
    }

    // A new epoch begins with empty memories.
    private void Forget(long first)
    {
        if (_carried is null || !((TokenSegments)_windows).Begins(first)) return;
        foreach (var memory in _carried) memory.Dispose();
    }
}
