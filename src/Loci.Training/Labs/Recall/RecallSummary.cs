using Loci.Memory.Numerics;

namespace Loci.Training.Labs.Recall;

/// <summary>The trainings of one model on one task, over the seeds.</summary>
/// <param name="Model">By name.</param>
/// <param name="Seeds">How many.</param>
/// <param name="Accuracy">Mean share of right answers.</param>
/// <param name="Half">Half the width of the mean's 95 % interval, by Student's t; NaN with one seed.</param>
/// <param name="Reached">How many came to 99 %.</param>
/// <param name="Steps">Median of the steps until then, those that never came there last; null when it is one of
/// those.</param>
/// <param name="Seconds">Mean time.</param>
internal sealed record RecallSummary(string Model, int Seeds, double Accuracy, double Half, int Reached, double? Steps,
    double Seconds)
{
    public static RecallSummary Of(string model, IReadOnlyList<RecallRow> rows)
    {
        var accuracy = Interval.Of([.. rows.Select(row => row.Accuracy)]);
        double[] steps = [.. rows.Select(row => row.Reached ?? double.PositiveInfinity).Order()];
        double median = (steps[(steps.Length - 1) / 2] + steps[steps.Length / 2]) / 2;
        return new(
            model, rows.Count, accuracy.Mean, accuracy.Half, rows.Count(row => row.Reached is not null),
            double.IsFinite(median) ? median : null,
            rows.Average(row => row.Seconds));
    }
}
