using System.Runtime.InteropServices;
using Loci.Models;

namespace Loci.Studies.Causal;

/// <summary>
/// The model run again with cells changed. A pass does not depend on its batch neighbours, so that one forward pass
/// serves many changes: a sequence for each, its own cell changed in its own rows.
/// </summary>
internal static class AblatedPass
{
    private const int BatchTokens = 512;

    /// <summary>The new coefficient of a trial's cell in a variant, so many tokens before the prefix's last.</summary>
    public delegate float Coefficient(CausalTrial trial, int number, Variant variant, int back);

    /// <summary>Answers by trial, then variant. [trials · variants]</summary>
    public static Outcome[] Run(
        StudySource source, IReadOnlyList<Prefix> prefixes, IReadOnlyList<CausalTrial> trials, Coefficient coefficient,
        StudyOptions options)
    {
        var outcomes = new Outcome[trials.Count * Variant.All.Length];
        var batches = Batches(prefixes, trials);
        long done = 0;
        Parallel.ForEach(batches, options.Compute.Parallel, () => new Worker(source, coefficient), (batch, _, worker) =>
        {
            foreach (int t in batch) worker.Add(trials[t], t, prefixes[trials[t].Prefix]);
            worker.Run(outcomes);
            options.Progress?.Report(
                new("causal check: total effects", Interlocked.Add(ref done, batch.Count), trials.Count));
            return worker;
        }, _ => { });
        return outcomes;
    }

    private static List<List<int>> Batches(IReadOnlyList<Prefix> prefixes, IReadOnlyList<CausalTrial> trials)
    {
        List<List<int>> batches = [];
        int tokens = BatchTokens;
        for (int t = 0; t < trials.Count; t++)
        {
            int more = Variant.All.Length * (prefixes[trials[t].Prefix].Position + 2);
            if (tokens + more > BatchTokens)
            {
                batches.Add([]);
                tokens = 0;
            }
            batches[^1].Add(t);
            tokens += more;
        }
        return batches;
    }

    private sealed class Worker(StudySource source, Coefficient coefficient)
    {
        private readonly Transformer _transformer = source.Model.Transformer;
        private readonly Workspace _workspace = new(source.Model.Spec);
        private readonly Batch _batch = new();
        private readonly List<int> _tokens = [];
        private readonly List<(CausalTrial Trial, int Number, int? Next)> _trials = [];
        private float[] _streams = [], _logits = [];

        public void Add(CausalTrial trial, int number, Prefix prefix)
        {
            _tokens.Clear();
            if (source.Model.BeginOfSequence is { } begin) _tokens.Add(begin);
            _tokens.AddRange(source.Text.TokensOf(prefix));
            foreach (var _ in Variant.All) _batch.Add(CollectionsMarshal.AsSpan(_tokens));
            _trials.Add((trial, number, source.Text.Next(prefix)));
        }

        public void Run(Outcome[] outcomes)
        {
            var spec = _transformer.Spec;
            int sequences = _batch.Sequences.Count, width = spec.Width;
            _transformer.Forward(_batch, _workspace, Change);
            if (_streams.Length < sequences * width)
                (_streams, _logits) = (new float[sequences * width], new float[sequences * spec.Vocabulary]);
            var stream = _workspace.Stream(_batch.Rows);                // [rows, width]
            for (int s = 0; s < sequences; s++)
                stream.Slice((_batch.Sequences[s].FirstRow + _batch.Sequences[s].Count - 1) * width, width)
                    .CopyTo(_streams.AsSpan(s * width));
            _transformer.Logits(_streams.AsSpan(0, sequences * width), _logits.AsSpan(0, sequences * spec.Vocabulary));
            for (int s = 0; s < sequences; s++)
            {
                var (trial, number, next) = _trials[s / Variant.All.Length];
                outcomes[number * Variant.All.Length + s % Variant.All.Length] =
                    Outcome.Of(_logits.AsSpan(s * spec.Vocabulary, spec.Vocabulary), trial.Token, next);
            }
            _batch.Clear();
            _trials.Clear();
        }

        private void Change(TapPoint point, int layer, Span<float> values, Batch batch)
        {
            if (point != TapPoint.Coefficients) return;
            int cells = _transformer.Blocks[layer].Cells.Capacity;
            for (int s = 0; s < batch.Sequences.Count; s++)
            {
                var (trial, number, _) = _trials[s / Variant.All.Length];
                if (trial.Layer != layer) continue;
                var variant = Variant.All[s % Variant.All.Length];
                int last = batch.Sequences[s].FirstRow + batch.Sequences[s].Count - 1;
                int most = trial.Place == CausalPlace.Triggers ? 1 : batch.Sequences[s].Count;
                for (int back = 0; back < most; back++)
                    values[(last - back) * cells + trial.Changed(variant).Index] =
                        coefficient(trial, number, variant, back);
            }
        }
    }
}
