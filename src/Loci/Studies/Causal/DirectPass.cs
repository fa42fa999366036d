using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Models.Blocks;

namespace Loci.Studies.Causal;

/// <summary>
/// The answers when the last token's m·v changes in the logits alone: what all later layers write, and the scales of
/// the norm after the layer and of the final norm, stay as they were.
/// </summary>
internal static class DirectPass
{
    /// <summary>Answers by trial, then variant. [trials · variants]</summary>
    public static Outcome[] Run(
        StudySource source, IReadOnlyList<Prefix> prefixes, IReadOnlyList<CausalTrial> trials, IntactPass intact,
        Replacement replacement,
        StudyOptions options)
    {
        var (transformer, variants) = (source.Model.Transformer, Variant.All);
        var spec = transformer.Spec;
        var outcomes = new Outcome[trials.Count * variants.Length];
        long done = 0;
        Parallel.For(0, trials.Count, options.Compute.Parallel, () => new Scratch(spec, variants.Length),
            (t, _, scratch) =>
        {
            var trial = trials[t];
            Span<float> rows = scratch.Rows, logits = scratch.Logits; // [variants, width], [variants, vocabulary]
            float scale = 0;
            var final = transformer.Head.Norm;
            var first = rows[..spec.Width];
            final.Apply(intact.Stream(trial.Prefix), first, new Span<float>(ref scale));
            for (int v = 1; v < variants.Length; v++) first.CopyTo(rows[(v * spec.Width)..]);
            for (int v = 0; v < variants.Length; v++)
            {
                var cell = trial.Changed(variants[v]);
                float change = replacement.Coefficient(trial, t, variants[v], back: 0) - cell.Coefficient;
                var block = transformer.Blocks[trial.Layer];
                block.Cells.CopyValue(cell.Index, scratch.Value);
                if (block.CellsOutputNorm is { } norm) Through(norm, trial.PostScale, scratch.Value);
                if (block.Spec.BranchScale != 1) Elementwise.Scale(scratch.Value, block.Spec.BranchScale);
                Through(final, scale, scratch.Value);
                Elementwise.Scale(scratch.Value, change);
                Elementwise.Add(rows.Slice(v * spec.Width, spec.Width), scratch.Value);
            }
            transformer.Head.Score(rows, variants.Length, logits);
            int? next = source.Text.Next(prefixes[trial.Prefix]);
            for (int v = 0; v < variants.Length; v++)
                outcomes[t * variants.Length + v] =
                    Outcome.Of(logits.Slice(v * spec.Vocabulary, spec.Vocabulary), trial.Token, next);
            long now = Interlocked.Increment(ref done);
            if (now % 256 == 0 || now == trials.Count)
                options.Progress?.Report(new("causal check: direct effects", now, trials.Count));
            return scratch;
        }, _ => { });
        return outcomes;
    }

    // What a norm makes of an addition to its input, its scale held.
    private static void Through(NormWeights norm, float scale, Span<float> addition)
    {
        if (norm.Kind == NormKind.LayerNorm)
        {
            float mean = Reductions.Sum(addition) / addition.Length;
            for (int i = 0; i < addition.Length; i++) addition[i] -= mean;
        }
        Elementwise.Multiply(addition, norm.Gain);
        Elementwise.Scale(addition, scale);
    }

    private sealed class Scratch(ModelSpec spec, int variants)
    {
        public float[] Rows { get; } = new float[variants * spec.Width];

        public float[] Logits { get; } = new float[variants * spec.Vocabulary];

        public float[] Value { get; } = new float[spec.Width];
    }
}
