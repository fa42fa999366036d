using System.Text;
using Loci.Models;
using Loci.Torch.Networks;

namespace Loci.Training.Labs.Language;

/// <summary>
/// Measures trained models on long held-out streams: once with a memory that goes on, once emptied every segment.
/// </summary>
/// <param name="HeldOut">The text.</param>
/// <param name="Streams">Streams that do not overlap, so that they are independent.</param>
/// <param name="Positions">Tokens of each.</param>
internal sealed record CarryOver(int[] HeldOut, int Streams, int Positions)
{
    public const int Segment = 64, MostStreams = 8;

    /// <summary>As many streams as the text holds, at most <see cref="MostStreams"/>.</summary>
    /// <exception cref="LociException">It does not hold one.</exception>
    public static CarryOver Of(int[] heldOut, int positions)
    {
        int streams = Math.Min(MostStreams, (heldOut.Length - 1) / positions);
        return streams >= 1 ? new(heldOut, streams, positions)
            : throw new LociException(
                $"The held-out text has {heldOut.Length} tokens; a stream of {positions} needs {positions + 1}. Hold "
                + $"out more, or ask for fewer --positions.");
    }

    public bool Done(LabRun run) => File.Exists(Path(run));

    /// <summary>Measures a finished run and keeps the losses in its folder.</summary>
    public void Measure(LabRun run)
    {
        using var network = WeightExchange.ToTorch(Model.Open(run.Config.Out).Transformer);
        AtomicFile.Write(Path(run), Encoding.UTF8.GetBytes(PositionBins.Csv(
        [
            (PositionLoss.Carried, PositionLosses.Of(network, HeldOut, Streams, Positions, Segment, reset: false)),
            (PositionLoss.Reset, PositionLosses.Of(network, HeldOut, Streams, Positions, Segment, reset: true)),
        ])));
    }

    /// <summary>The losses of a measured run.</summary>
    public IReadOnlyList<PositionLoss> Read(LabRun run) => PositionBins.Read(Path(run));

    private string Path(LabRun run) => System.IO.Path.Combine(run.Config.Out, $"positions-{Streams}x{Positions}.csv");
}
