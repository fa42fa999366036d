using Loci.Memory.Recall;

namespace Loci.Atlas;

/// <summary>What must hold of a cell before it is written; a violation is the source's mistake.</summary>
internal static class CellChecks
{
    public static void Check(AtlasCell cell, AtlasManifest manifest)
    {
        Finite(cell);
        Triggers(cell, Pole.Positive, manifest);
        Triggers(cell, Pole.Negative, manifest);
        if (!manifest.Spec.Gated && cell.Negative.Count > 0)
            throw Wrong(cell, "has a negative pole in a model that is not gated");
        if (cell.Histogram.Count != CoefficientBins.Count)
            throw Wrong(cell, $"has {cell.Histogram.Count} bins, not {CoefficientBins.Count}");
        foreach (var end in (ValueEnd[])[cell.Value.Raw.Top, cell.Value.Raw.Bottom, cell.Value.Folded.Top,
            cell.Value.Folded.Bottom])
        {
            if (end.Tokens.Count == 0 || end.Tokens.Count > manifest.ValueTokens)
                throw Wrong(cell, $"has {end.Tokens.Count} value tokens, outside 1 to {manifest.ValueTokens}");
            foreach (var token in end.Tokens)
                if (token.Id < 0 || token.Id >= manifest.Spec.Vocabulary)
                    throw Wrong(cell, $"has value token {token.Id}, outside 0 to {manifest.Spec.Vocabulary - 1}");
        }
    }

    private static void Finite(AtlasCell cell)
    {
        Finite(cell, cell.Statistics.Max, "largest coefficient");
        Finite(cell, cell.Statistics.Min, "smallest coefficient");
        Finite(cell, cell.Value.Norm, "value's norm");
        foreach (var readout in Enum.GetValues<Readout>())
            foreach (var pole in Enum.GetValues<Pole>())
            {
                var end = cell.Value.At(readout).At(pole);
                string name = $"{readout} readout".ToLowerInvariant();
                Finite(cell, end.Probability, $"probability under the {name}");
                Finite(cell, end.ZScore, $"z-score under the {name}");
                foreach (var token in end.Tokens) Finite(cell, token.Logit,
                    $"logit of token {token.Id} under the {name}");
            }
    }

    private static void Finite(AtlasCell cell, float value, string quantity)
    {
        if (!float.IsFinite(value))
            throw new LociException(
                $"L{cell.Layer}/{cell.Index}: the {quantity} is {value}, which no atlas can hold: the weights of "
                + $"layer {cell.Layer} "
                + "or of the output are damaged, or overflow float32.");
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
