using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Loci.Terminal;
using Loci.Torch.Runs;
using Loci.Training.Figures;

namespace Loci.Training.Labs.Language;

/// <summary>
/// Trains the runs of a table with several processes of one core each. Every process goes through the list and takes
/// the next run that is neither finished nor held by another; what was stopped goes on at its checkpoint.
/// </summary>
/// <param name="runs">In the order they are begun.</param>
/// <param name="text">Read by all.</param>
/// <param name="after">What is to be done with a trained run before it counts as finished, and whether it has
/// been.</param>
internal sealed partial class LabRuns(IReadOnlyList<LabRun> runs, TrainingText text, LabRuns.Afterwards? after = null)
{
    private const int Sigterm = 15;

    /// <summary>Work on a trained model.</summary>
    internal sealed record Afterwards(Func<LabRun, bool> Done, Action<LabRun> Do);

    private readonly string _hash = text.Hash;
    private readonly HashSet<LabRun> _told = [];
    private DateTime _looked;

    /// <summary>Results of all runs, in their order; null where one is missing.</summary>
    public IReadOnlyList<LabResult>? Results()
    {
        LabResult[] results = [.. runs.Select(Finished).OfType<LabResult>()];
        return results.Length == runs.Count ? results : null;
    }

    /// <summary>The share of one process that was started by another.</summary>
    /// <returns>False when it was asked to stop.</returns>
    public bool Work(CancellationToken cancellation) => Work((_, _) => { }, cancellation);

    /// <summary>Starts the other processes, works, and waits for them.</summary>
    /// <param name="jobs">Processes in all.</param>
    /// <param name="again">The command line of another one.</param>
    /// <param name="cancellation">Ends all after their steps under way.</param>
    /// <returns>False when it was asked to stop.</returns>
    public bool Lead(int jobs, Func<ProcessStartInfo> again, CancellationToken cancellation)
    {
        foreach (var run in runs) run.WriteConfig();
        int missing = runs.Count(run => Finished(run) is null);
        _told.UnionWith(runs.Where(run => Finished(run) is not null));
        if (missing == 0) return true;
        if (_told.Count > 0) Console.Error.WriteLine($"{_told.Count} of {runs.Count} runs are finished already.");
        List<Process> others = [.. Enumerable.Range(1, Math.Min(jobs, missing) - 1)
            .Select(_ => Process.Start(again())!)];
        try
        {
            using (var line = new ProgressLine())
                if (!Work((trainer, progress) => Show(line, trainer, progress, others.Count + 1), cancellation))
                    return false;
            foreach (var other in others)
            {
                while (!other.WaitForExit(TimeSpan.FromSeconds(1)))
                {
                    if (cancellation.IsCancellationRequested) return false;
                    TellFinished(null);
                }
                if (other.ExitCode != 0)
                    throw new LociException(
                        "One of the processes failed; its message stands above. The same command goes on from what "
                        + "is finished.");
            }
            TellFinished(null, always: true);
        }
        finally
        {
            foreach (var other in others) Stop(other);
        }
        return Results() is not null ? true
            : throw new LociException(
                $"{string.Join(", ", runs.Where(run => Finished(run) is null).Select(run => run.Name))}: held by "
                + $"another process. Run the same command again when it has ended.");
    }

    private bool Work(Action<Trainer, TrainingProgress> shown, CancellationToken cancellation)
    {
        foreach (var run in runs)
        {
            if (Finished(run) is not null) continue;
            using var claim = run.Claim();
            if (claim is null || Finished(run) is { }) continue; // another process has it, or had it until now
            if (run.Result(_hash) is null)
            {
                try
                {
                    if (!TrainingRun.Train(run.Config, text, null, shown,
                        trainer => LossFigure.Save(Path.Combine(run.Config.Out, "loss"), trainer.Curve), cancellation))
                        return false;
                }
                catch (DivergedException e)
                {
                    run.WriteDiverged(_hash, e.Message);
                    continue;
                }
            }
            after?.Do(run);
            if (cancellation.IsCancellationRequested) return false;
        }
        return true;
    }

    private LabResult? Finished(LabRun run) =>
        run.Result(_hash) is { } result && (result.Diverged is not null || after is null || after.Done(run))
        ? result
        : null;

    private void Show(ProgressLine line, Trainer trainer, TrainingProgress progress, int jobs)
    {
        TellFinished(line);
        // steps, as if the others had just begun
        double left = (runs.Count - _told.Count) * (double)progress.Steps - progress.Step;
        double seconds = Math.Max(left / jobs, progress.Steps - progress.Step) * trainer.TokensOfStep
            / Math.Max(1, progress.TokensPerSecond);
        line.Show(string.Create(
            CultureInfo.InvariantCulture,
            $"{_told.Count}/{runs.Count} finished  step {progress.Step}/{progress.Steps}  loss {progress.Loss:0.000} "
            + $" {progress.TokensPerSecond:#,0} tokens/s  about {TimeSpan.FromSeconds(seconds):hh\\:mm\\:ss} left"));
    }

    // Whoever finished it: at most once a second the folders are looked at.
    private void TellFinished(ProgressLine? line, bool always = false)
    {
        if (!always && DateTime.UtcNow - _looked < TimeSpan.FromSeconds(1)) return;
        _looked = DateTime.UtcNow;
        foreach (var run in runs.Where(run => !_told.Contains(run)))
        {
            if (Finished(run) is not { } result) continue;
            _told.Add(run);
            line?.Dispose(); // clears it; the next text draws it again
            Console.Error.WriteLine(result.Diverged is { } how ? $"{run.Name}: diverged. {how}" : string.Create(
                CultureInfo.InvariantCulture,
                $"{run.Name}: loss {result.Loss:0.0000}, perplexity {result.Perplexity:0.00}, "
                + $"{result.TokensPerSecond:#,0} tokens/s"));
        }
    }

    // As Ctrl-C would: it saves a checkpoint and ends.
    private static void Stop(Process other)
    {
        if (other.HasExited) return;
        if (OperatingSystem.IsWindows() || kill(other.Id, Sigterm) != 0) other.Kill();
        other.WaitForExit();
    }

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
