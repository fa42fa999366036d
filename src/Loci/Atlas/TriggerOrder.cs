using Loci.Memory.Recall;

namespace Loci.Atlas;

/// <summary>
/// Strongest first, ties to the earlier prefix: the total order in which the triggers of one pole are listed.
/// </summary>
internal static class TriggerOrder
{
    public static int Compare(Trigger a, Trigger b)
    {
        int byStrength = MathF.Abs(b.Coefficient).CompareTo(MathF.Abs(a.Coefficient));
        if (byStrength != 0) return byStrength;
        int bySentence = a.Sentence.CompareTo(b.Sentence);
        return bySentence != 0 ? bySentence : a.Position.CompareTo(b.Position);
    }
}
