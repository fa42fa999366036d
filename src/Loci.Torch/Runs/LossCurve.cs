using System.Globalization;
using System.Text;

namespace Loci.Torch.Runs;

/// <summary>The losses of a training so far, in nats a token.</summary>
public sealed class LossCurve
{
    /// <summary>Of every step's own text, from step 1.</summary>
    public List<float> Training { get; } = [];

    /// <summary>Of the held-out text.</summary>
    public List<(long Step, float Loss, float Accuracy)> HeldOut { get; } = [];

    /// <summary>
    /// The held-out loss before the first step and after the last; null where it was not measured twice.
    /// </summary>
    public (float Start, float End)? Way => HeldOut is [var first, .., var last] ? (first.Loss, last.Loss) : null;

    /// <summary>A line a step, with the held-out loss where it was measured.</summary>
    public string Csv()
    {
        var held = HeldOut.ToDictionary(point => point.Step);
        var csv = new StringBuilder("step,loss,held_out_loss,held_out_accuracy\n");
        for (long step = held.ContainsKey(0) ? 0 : 1; step <= Training.Count; step++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{step},");
            if (step > 0) csv.Append(CultureInfo.InvariantCulture, $"{Training[(int)step - 1]:R}");
            csv.Append(held.TryGetValue(step, out var point)
                ? string.Create(CultureInfo.InvariantCulture, $",{point.Loss:R},{point.Accuracy:R}\n")
                : ",,\n");
        }
        return csv.ToString();
    }
}
