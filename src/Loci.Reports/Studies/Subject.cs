using Loci.Reports.Figures;
using Loci.Studies;

namespace Loci.Reports.Studies;

/// <summary>What the sections of a report are about.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Layers">Its layers.</param>
/// <param name="Gated">Its cells have two poles.</param>
/// <param name="Token">The text of a token.</param>
/// <param name="Prefix">
/// The text of a prefix: the sentence's number in the corpus, and the position of its last token.
/// </param>
public sealed record Subject(
    string Model, int Layers, bool Gated, Func<int, string> Token, Func<long, int, string> Prefix)
{
    private const int PrefixTokens = 16;

    /// <summary>The subject of a source.</summary>
    public static Subject Of(StudySource source)
    {
        string[] tokens = [.. source.Atlas.Vocabulary.Select(token => token.Text)];
        return new(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(source.Model.Name)), source.Model.Spec.Layers,
            source.Model.Spec.HasGatedCells, id => tokens[id], (sentence, position) =>
        {
            var ids = source.Text.TokensOf(source.Text.Find(sentence, position));
            int from = Math.Max(0, ids.Length - PrefixTokens);
            return (from > 0 ? "…" : "") + string.Concat(ids[from..].ToArray().Select(id => tokens[id]));
        });
    }

    /// <summary>The layer lies in the upper half; of an odd number the middle one lies below.</summary>
    internal bool Upper(int layer) => 2 * layer >= Layers;

    /// <summary>What is counted: of a gated cell each pole.</summary>
    internal string Cells => Gated ? "cells and poles" : "cells";

    internal IReadOnlyList<string> LayerNames => [.. Enumerable.Range(0, Layers).Select(layer => $"{layer}")];

    internal IReadOnlyList<double> LayerPlaces => [.. Enumerable.Range(0, Layers).Select(layer => (double)layer)];

    /// <summary>«lower half, layers 0 to 2».</summary>
    internal string Half(bool upper)
    {
        int[] layers = [.. Enumerable.Range(0, Layers).Where(layer => Upper(layer) == upper)];
        return (upper ? "upper half" : "lower half") + layers switch
        {
            [] => ", no layer",
            [var one] => $", layer {one}",
            [var first, .., var last] => $", layers {first} to {last}",
        };
    }

    /// <summary>One value a layer; a gap where a study has none.</summary>
    internal Series Series<T>(string name, IEnumerable<T> rows, Func<T, int> layer, Func<T, Plotted?> value)
    {
        var by = rows.ToDictionary(layer);
        return new(
            name, [.. Enumerable.Range(0, Layers).Select(l => by.TryGetValue(l, out var row) ? value(row) : null)]);
    }
}
