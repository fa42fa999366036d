using System.Collections.Concurrent;
using Loci.Models;

namespace Loci.Editing;

/// <summary>
/// The statistics of keys that edits are solved with: for each layer the second moments C = E[k·kᵀ] of the memory
/// coefficients over a text, uncentred, and the Cholesky factor of C + ridge. Kept in a file with the model's identity.
/// </summary>
public sealed class KeyStatistics
{
    /// <summary>
    /// Added to C's diagonal before it is factored, as a share of its mean: directions in which nothing was seen
    /// would else make it singular.
    /// </summary>
    public const double Ridge = 1e-3;

    private readonly IReadOnlyList<KeyMoments> _moments;
    private readonly ConcurrentDictionary<int, Cholesky> _factors = [];
    private readonly ConcurrentDictionary<int, SymmetricEigen> _eigen = [];

    internal KeyStatistics(
        StatisticsIdentity identity, IReadOnlyList<int> layers, IReadOnlyList<KeyMoments> moments, string hash = "")
    {
        (Identity, Layers, _moments, Hash) = (identity, layers, moments, hash);
        Readouts = [.. moments.Select((m, i) => LayerReadout.Of(layers[i], m))];
    }

    /// <summary>What they are of.</summary>
    public StatisticsIdentity Identity { get; }

    /// <summary>The layers, ascending.</summary>
    public IReadOnlyList<int> Layers { get; }

    /// <summary>How healthy each layer's statistics are, in the order of the layers.</summary>
    public IReadOnlyList<LayerReadout> Readouts { get; }

    /// <summary>SHA-256 of the file they were read from, or empty.</summary>
    public string Hash { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="LociException">There is none, or it is damaged.</exception>
    public static KeyStatistics Load(string path) => StatisticsFile.Read(path);

    /// <summary>Joins parts of one reading: the same bits as one pass over the whole text.</summary>
    /// <exception cref="LociException">They are of different readings, or a part is missing or given twice.</exception>
    public static KeyStatistics Merge(IReadOnlyList<KeyStatistics> parts)
    {
        var first = parts[0];
        int of = first.Identity.Parts;
        foreach (var part in parts)
            if (part.Identity with { Part = 0 } != first.Identity with { Part = 0 }
                || !part.Layers.SequenceEqual(first.Layers))
                throw new LociException("The parts are of different models, texts, options or layers.");
        int[] missing = [.. Enumerable.Range(1, of).Except(parts.Select(part => part.Identity.Part))];
        if (missing.Length > 0 || parts.Count != of)
            throw new LociException(
                missing.Length > 0 ? $"Of {of} parts there is no part {string.Join(", ", missing)}."
                : "A part is given twice.");
        KeyMoments[] sums =
        [
            .. first.Layers.Select((_, layer) =>
            {
                var sum = new KeyMoments(first._moments[layer].Cells, first._moments[layer].Grid);
                foreach (var part in parts) sum.Add(part._moments[layer]);
                return sum;
            }),
        ];
        return new(first.Identity with { Part = 1, Parts = 1 }, first.Layers, sums);
    }

    /// <summary>Writes the file.</summary>
    /// <exception cref="LociException">It cannot be written.</exception>
    public void Save(string path) => StatisticsFile.Write(path, this, next: -1);

    /// <summary>Refuses a model, or a layer, that they are not of.</summary>
    /// <exception cref="LociException">With both.</exception>
    public void Require(Model model, IEnumerable<int> layers)
    {
        if (Identity.Model != model.Identity)
            throw new LociException(
                $"The statistics are of another model: the hash of weights and config there is "
                + $"{Identity.Model[..12]}, of {model.Name} {model.Identity[..12]}. «loci edit statistics "
                + $"{model.Name}» gathers its own.");
        if (Identity.Parts > 1)
            throw new LociException(
                $"The statistics are part {Identity.Part} of {Identity.Parts}; merge the parts first.");
        foreach (int layer in layers)
            if (!Layers.Contains(layer))
                throw new LociException(
                    $"The statistics have no layer {layer}; they are of {string.Join(", ", Layers)}.");
        if (Readouts.FirstOrDefault(layer => layer.Tokens == 0) is { } empty)
            throw new LociException($"The statistics of layer {empty.Layer} have seen no token.");
    }

    internal KeyMoments Moments(int layer) => _moments[IndexOf(layer)];

    /// <summary>C + ridge of a layer, factored once.</summary>
    internal KeyMetric Metric(int layer)
    {
        var moments = Moments(layer);
        var factor = _factors.GetOrAdd(layer, _ => Cholesky.TryFactor(Ridged(moments), moments.Cells)
            ?? throw new LociException($"The statistics of layer {layer} are empty: no cell fires in their text."));
        return KeyMetric.Of(factor, () => Ridged(moments));
    }

    /// <summary>The eigenvectors of C of a layer, found once.</summary>
    internal SymmetricEigen Eigen(int layer) =>
        _eigen.GetOrAdd(layer, _ => SymmetricEigen.Of(Moments(layer).Mean(), Moments(layer).Cells));

    internal void Keep(int layer, Cholesky factor) => _factors[layer] = factor;

    private int IndexOf(int layer)
    {
        for (int i = 0; i < Layers.Count; i++)
            if (Layers[i] == layer) return i;
        throw new LociException($"The statistics have no layer {layer}; they are of {string.Join(", ", Layers)}.");
    }

    private static double[] Ridged(KeyMoments moments)
    {
        double[] mean = moments.Mean();
        double trace = 0;
        for (int i = 0; i < moments.Cells; i++) trace += mean[i * moments.Cells + i];
        for (int i = 0; i < moments.Cells; i++) mean[i * moments.Cells + i] += Ridge * trace / moments.Cells;
        return mean;
    }
}

/// <summary>What statistics are of: two with the same identity are the same numbers.</summary>
/// <param name="Model">The model's <see cref="Model.Identity"/>.</param>
/// <param name="Tokenizer">Hash of its tokenizer.</param>
/// <param name="Corpus">SHA-256 of the text's files, one after another, separated by spaces.</param>
/// <param name="Reading">How they were read.</param>
/// <param name="MaxSentences">Sentences of the text, or −1 for all.</param>
/// <param name="Part">Which part of it, from 1.</param>
/// <param name="Parts">Of how many.</param>
public sealed record StatisticsIdentity(
    string Model, string Tokenizer, string Corpus, string Reading, long MaxSentences, int Part, int Parts);

/// <summary>How healthy the statistics of a layer are.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Cells">Its cells, the length of a key.</param>
/// <param name="Tokens">Keys seen; fewer than ten a cell are few, fewer than one a cell make C singular.</param>
/// <param name="EffectiveRank">
/// (tr C)² / ‖C‖²: how many directions of equal weight the keys would take up (the participation ratio).
/// </param>
/// <param name="Silent">Cells that never fired.</param>
public sealed record LayerReadout(int Layer, int Cells, long Tokens, double EffectiveRank, int Silent)
{
    internal static LayerReadout Of(int layer, KeyMoments moments)
    {
        long[] total = moments.Total;
        double trace = 0, squares = 0;
        int silent = 0;
        for (int i = 0, at = 0; i < moments.Cells; i++)
            for (int j = 0; j <= i; j++, at++)
            {
                double c = total[at];
                squares += i == j ? c * c : 2 * c * c;
                if (i != j) continue;
                trace += c;
                if (total[at] == 0) silent++;
            }
        return new(layer, moments.Cells, moments.Tokens, squares > 0 ? trace * trace / squares : 0, silent);
    }

    /// <summary>What a person should know of them, or null.</summary>
    public string? Warning => Tokens < Cells
        ? $"layer {Layer}: {Tokens:N0} tokens for {Cells:N0} cells: C is singular; edits lean on the ridge alone"
        : Tokens < 10L * Cells ? $"layer {Layer}: {Tokens:N0} tokens for {Cells:N0} cells; ten a cell are wanted"
            : null;
}
