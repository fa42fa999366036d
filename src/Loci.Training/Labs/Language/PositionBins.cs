using System.Globalization;
using System.Text;

namespace Loci.Training.Labs.Language;

/// <summary>Positions in ranges that double, and the mean losses of a run's streams in them, as a file.</summary>
internal static class PositionBins
{
    private const int First = 16;
    private const string Header = "memory,stream,from,to,loss";

    /// <summary>0 to 16, to 32, to 64, …, the last one to the end.</summary>
    public static IReadOnlyList<(int From, int To)> Of(int positions)
    {
        List<(int, int)> bins = [];
        for (int from = 0, to = First; from < positions; (from, to) = (to, to * 2))
            bins.Add((from, Math.Min(to, positions)));
        return bins;
    }

    /// <summary>A line for each way of reading, stream and range.</summary>
    /// <param name="losses">By the way of reading: [streams, positions].</param>
    public static string Csv(IEnumerable<(string Memory, float[][] Losses)> losses)
    {
        var csv = new StringBuilder(Header + "\n");
        foreach (var (memory, streams) in losses)
            for (int s = 0; s < streams.Length; s++)
                foreach (var (from, to) in Of(streams[s].Length))
                    csv.Append(CultureInfo.InvariantCulture,
                        $"{memory},{s},{from},{to},{streams[s].Take(to).Skip(from).Average(loss => (double)loss):R}\n");
        return csv.ToString();
    }

    /// <summary>What <see cref="Csv"/> wrote.</summary>
    /// <exception cref="InvalidFileException">It is something else.</exception>
    public static IReadOnlyList<PositionLoss> Read(string path)
    {
        string[] lines = File.ReadAllLines(path);
        if (lines.Length == 0 || lines[0] != Header)
            throw new InvalidFileException(path, $"does not begin with «{Header}»");
        return [.. lines.Skip(1).Select((line, i) =>
            line.Split(',') is [var memory, var stream, var from, var to, var loss]
            && int.TryParse(stream, out int s) && int.TryParse(from, out int f) && int.TryParse(to, out int t)
            && double.TryParse(loss, NumberStyles.Float, CultureInfo.InvariantCulture, out double nats)
                ? new PositionLoss(memory, s, f, t, nats)
                : throw new InvalidFileException(path,
                    $"line {i + 2}: «{line}» is no loss; delete the file to measure again"))];
    }
}

/// <summary>Mean loss of a stream in a range of positions.</summary>
/// <param name="Memory"><c>carried</c> or <c>reset</c>.</param>
/// <param name="Stream">Number of the stream.</param>
/// <param name="From">First position.</param>
/// <param name="To">One after the last.</param>
/// <param name="Loss">Nats a token.</param>
internal readonly record struct PositionLoss(string Memory, int Stream, int From, int To, double Loss)
{
    public const string Carried = "carried", Reset = "reset";
}
