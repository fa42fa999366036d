using Loci.Memory.Recall;

namespace Loci.Views;

/// <summary>Choices as the JSON writes them.</summary>
internal static class ViewNames
{
    public static string Of(Readout readout) => readout == Readout.Raw ? "raw" : "folded";

    public static string Of(Pole pole) => pole == Pole.Positive ? "positive" : "negative";
}
