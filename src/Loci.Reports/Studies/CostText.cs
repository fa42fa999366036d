using Loci.Studies;

namespace Loci.Reports.Studies;

/// <summary>What studies took, in words.</summary>
public static class CostText
{
    /// <summary>
    /// «trigger patterns 2.4 s, …, random weights 9.8 s»: each study, and each null with all its studies together.
    /// </summary>
    public static string Of(IReadOnlyList<StudyCost> costs) =>
        string.Join(", ", costs.GroupBy(cost => cost.On ?? cost.Study)
            .Select(group => $"{group.Key} {group.Sum(cost => cost.Seconds):f1} s"));
}
