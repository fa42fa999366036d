using System.Runtime.InteropServices;
using Loci.Memory.Recall;
using Loci.Models;
using Loci.Studies.Statistics;

namespace Loci.Studies.Causal;

/// <summary>
/// The model as it is at every prefix of a causal check: fills the trials in, and keeps what changes are made from.
/// </summary>
internal sealed class IntactPass
{
    /// <summary>The matched cell is drawn from this many, those that write most nearly as much.</summary>
    private const int Candidates = 5;

    private readonly Model _model;
    private readonly float[][] _valueNorms;                             // [layers][cells]
    private readonly float[][] _streams;                                // [prefixes][width]
    private readonly float[][] _donors;                                 // [layers][donors, cells]
    private readonly List<int>[] _trialsAt;                             // [prefixes]
    private readonly IReadOnlyList<CausalTrial> _trials;
    private readonly int _seed;

    private IntactPass(Model model, IReadOnlyList<CausalTrial> trials, int prefixes, int donors, int seed)
    {
        var spec = model.Spec;
        (_model, _trials, Donors, _seed) = (model, trials, donors, seed);
        _valueNorms =
        [
            .. Enumerable.Range(0, spec.Layers).Select(layer => ValueProjection.Norms(model.Transformer, layer)),
        ];
        _streams = [.. Enumerable.Range(0, prefixes).Select(_ => new float[spec.Width])];
        _donors =
        [
            .. Enumerable.Range(0, spec.Layers)
                .Select(layer => new float[checked(donors * spec.Blocks[layer].Cells.Count)]),
        ];
        _trialsAt = [.. Enumerable.Range(0, prefixes).Select(_ => new List<int>())];
        for (int t = 0; t < trials.Count; t++) _trialsAt[trials[t].Prefix].Add(t);
    }

    /// <summary>How many prefixes coefficients are resampled from: the first of those measured.</summary>
    public int Donors { get; }

    /// <summary>The residual stream that leaves the last block at a prefix. [width]</summary>
    public ReadOnlySpan<float> Stream(int prefix) => _streams[prefix];

    /// <summary>The coefficient of a cell at a donor.</summary>
    public float Donated(int layer, int cell, int donor) =>
        _donors[layer][donor * _model.Spec.Blocks[layer].Cells.Count + cell];

    /// <summary>Runs the intact model.</summary>
    /// <param name="source">Model and text.</param>
    /// <param name="prefixes">
    /// The prefixes that trials name; the first <paramref name="donors"/> of them are donors.
    /// </param>
    /// <param name="trials">Filled in.</param>
    /// <param name="donors">How many donors.</param>
    /// <param name="options">Seed and threads.</param>
    public static IntactPass Run(
        StudySource source, IReadOnlyList<Prefix> prefixes, IReadOnlyList<CausalTrial> trials, int donors,
        StudyOptions options)
    {
        var pass = new IntactPass(source.Model, trials, prefixes.Count, donors, options.Seed);
        int?[] next = [.. prefixes.Select(source.Text.Next)];
        PrefixPass.Run(source.Model, source.Text, prefixes, () => (point, layer, values, prefix) =>
        {
            switch (point)
            {
                case TapPoint.Coefficients:
                    pass.Take(layer, values, prefix);
                    break;
                case TapPoint.ResidualAfter when layer == source.Model.Spec.Layers - 1:
                    values.CopyTo(pass._streams[prefix]);
                    break;
                case TapPoint.Logits:
                    foreach (int t in pass._trialsAt[prefix])
                        trials[t].Intact = Outcome.Of(values, trials[t].Token, next[prefix]);
                    break;
            }
        }, options, "causal check: the intact model", logits: true);
        return pass;
    }

    private void Take(int layer, ReadOnlySpan<float> m, int prefix)
    {
        if (prefix < Donors) m.CopyTo(_donors[layer].AsSpan(prefix * m.Length));
        float? scale = null;
        foreach (int t in _trialsAt[prefix])
        {
            var trial = _trials[t];
            if (trial.Layer != layer) continue;
            int own = trial.Cell.Id.Index;
            trial.Own = At(own, m, layer);
            trial.Matched = At(Match(own, m, layer, Sampling.Seed(_seed, "matched cells", t)), m, layer);
            var pole = trial.Place == CausalPlace.Triggers ? trial.Cell.Id.Pole
                : _model.Spec.Blocks[layer].Cells.Gated && m[own] < 0 ? Pole.Negative : Pole.Positive;
            trial.Token = trial.Cell.Cell.Value.Folded.At(pole).Prediction;
            trial.PostScale = scale ??= PostScale(layer, m);
        }
    }

    private Firing At(int cell, ReadOnlySpan<float> m, int layer) =>
        new(cell, m[cell], MathF.Abs(m[cell]) * _valueNorms[layer][cell]);

    // One of the cells that write most nearly as much at this token, each equally likely; the own cell is none of them.
    private int Match(int own, ReadOnlySpan<float> m, int layer, int seed)
    {
        Span<int> nearest = stackalloc int[Candidates];
        Span<float> distances = stackalloc float[Candidates];
        int found = 0;
        float size = At(own, m, layer).Size;
        for (int cell = 0; cell < m.Length; cell++)
        {
            if (cell == own) continue;
            float distance = MathF.Abs(At(cell, m, layer).Size - size);
            if (found == Candidates && distance >= distances[^1]) continue;
            int at = found == Candidates ? Candidates - 1 : found++;
            for (; at > 0 && distances[at - 1] > distance; at--)
                (nearest[at], distances[at]) = (nearest[at - 1], distances[at - 1]);
            (nearest[at], distances[at]) = (cell, distance);
        }
        return nearest[Sampling.Generator(seed).Next(found)];
    }

    private float PostScale(int layer, ReadOnlySpan<float> m)
    {
        var block = _model.Transformer.Blocks[layer];
        if (block.CellsOutputNorm is not { } norm) return 1;
        float[] written = new float[_model.Spec.Width];
        float scale = 0;
        block.Cells.Recall(m, 1, written);
        norm.Apply(written, written, MemoryMarshal.CreateSpan(ref scale, 1));
        return scale;
    }
}
