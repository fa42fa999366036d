using Loci.Memory.Recall;

namespace Loci.Atlas;

/// <summary>What must hold of a cell before it is written; a violation is the source's mistake.</summary>
internal static class CellChecks
{
    public static void Check(AtlasCell cell, AtlasManifest manifest)
    {
        Triggers(cell, Pole.Positive, manifest);
        Triggers(cell, Pole.Negative, manifest);
        if (!manifest.Spec.Gated && cell.Negative.Count > 0) throw Wrong(cell, "has a negative pole in a model that is not gated");
        if (cell.Histogram.Count != CoefficientBins.Count)
            throw Wrong(cell, $"has {cell.Histogram.Count} bins, not {CoefficientBins.Count}");
        foreach (var end in (ValueEnd[])[cell.Value.Raw.Top, cell.Value.Raw.Bottom, cell.Value.Folded.Top, cell.Value.Folded.Bottom])
        {
            if (end.Tokens.Count == 0 || end.Tokens.Count > manifest.ValueTokens)
                throw Wrong(cell, $"has {end.Tokens.Count} value tokens, outside 1 to {manifest.ValueTokens}");
            foreach (var token in end.Tokens)
                if (token.Id < 0 || token.Id >= manifest.Spec.Vocabulary)
                    throw Wrong(cell, $"has value token {token.Id}, outside 0 to {manifest.Spec.Vocabulary - 1}");
        }
    }

    private static void Triggers(AtlasCell cell, Pole pole, AtlasManifest manifest)
    {
        var triggers = cell.Triggers(pole);
        if (triggers.Count > manifest.Top) throw Wrong(cell, $"has {triggers.Count} triggers, above {manifest.Top}");
        for (int i = 0; i < triggers.Count; i++)
        {
            var at = triggers[i];
            bool fires = pole == Pole.Positive ? at.Coefficient > 0 : at.Coefficient < 0;
            if (!fires || !float.IsFinite(at.Coefficient))
                throw Wrong(cell, $"has coefficient {at.Coefficient} at its {pole} pole");
            if (at.Sentence is < 0 or > uint.MaxValue || at.Position < 0)
                throw Wrong(cell, $"points at sentence {at.Sentence}, position {at.Position}");
            if (i > 0 && TriggerOrder.Compare(triggers[i - 1], at) >= 0)
                throw Wrong(cell, $"has triggers {i - 1} and {i} out of order");
        }
    }

    private static ArgumentException Wrong(AtlasCell cell, string what) => new($"L{cell.Layer}/{cell.Index} {what}");
}
