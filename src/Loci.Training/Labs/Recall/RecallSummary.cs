namespace Loci.Training.Labs.Recall;

/// <summary>The trainings of one model on one task, over the seeds.</summary>
/// <param name="Model">By name.</param>
/// <param name="Seeds">How many.</param>
/// <param name="Accuracy">Mean share of right answers.</param>
/// <param name="Half">Half the width of the mean's 95 % interval, by Student's t; NaN with one seed.</param>
/// <param name="Reached">How many came to 99 %.</param>
/// <param name="Steps">Median of the steps until then, those that never came there last; null when it is one of those.</param>
/// <param name="Seconds">Mean time.</param>
internal sealed record RecallSummary(string Model, int Seeds, double Accuracy, double Half, int Reached, double? Steps, double Seconds)
{
    // Student's t, 0.975, for 1 to 9 degrees of freedom.
    private static readonly double[] s_quantiles = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

    public static RecallSummary Of(string model, IReadOnlyList<RecallRow> rows)
    {
        double mean = rows.Average(row => row.Accuracy), half = double.NaN;
        if (rows.Count > 1)
            half = Quantile(rows.Count - 1) * Math.Sqrt(rows.Sum(row => Math.Pow(row.Accuracy - mean, 2)) / (rows.Count - 1) / rows.Count);
        double[] steps = [.. rows.Select(row => row.Reached ?? double.PositiveInfinity).Order()];
        double median = (steps[(steps.Length - 1) / 2] + steps[steps.Length / 2]) / 2;
        return new(
            model, rows.Count, mean, half, rows.Count(row => row.Reached is not null), double.IsFinite(median) ? median : null,
            rows.Average(row => row.Seconds));
    }

    // Beyond the table the first terms of its expansion about the normal quantile (Fisher & Cornish 1960).
    private static double Quantile(int freedom)
    {
        const double z = 1.959963984540054;
        if (freedom <= s_quantiles.Length) return s_quantiles[freedom - 1];
        return z + (Math.Pow(z, 3) + z) / (4 * freedom) + (5 * Math.Pow(z, 5) + 16 * Math.Pow(z, 3) + 3 * z) / (96.0 * freedom * freedom);
    }
}
