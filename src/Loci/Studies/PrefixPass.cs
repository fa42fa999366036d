using Loci.Models;

namespace Loci.Studies;

/// <summary>
/// Runs the model over prefixes of a text and shows the taps of their last tokens. Attention is causal, so a sentence
/// is run once for all its wanted prefixes, and only as far as the last of them.
/// </summary>
public static class PrefixPass
{
    private const int BatchTokens = 512;

    /// <summary>Called for every wanted prefix at every tap; may change the values it is shown.</summary>
    /// <param name="point">Where the pass is; <see cref="TapPoint.Logits"/> comes last and only if asked for.</param>
    /// <param name="layer">The block, from 0; 0 for the logits.</param>
    /// <param name="values">The row of the prefix's last token.</param>
    /// <param name="prefix">Index into the prefixes given.</param>
    public delegate void Visit(TapPoint point, int layer, Span<float> values, int prefix);

    /// <summary>
    /// Runs all prefixes. What a visitor stores by prefix index is the same for any number of threads.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="text">The text.</param>
    /// <param name="prefixes">Any prefixes, in any order, repeats allowed.</param>
    /// <param name="visitor">Makes one visitor a thread, so that each has scratch memory of its own.</param>
    /// <param name="options">Threads, progress, cancellation.</param>
    /// <param name="doing">What to call the work in progress reports.</param>
    /// <param name="logits">Whether to compute the logits of the prefixes.</param>
    /// <param name="change">Makes one tap a thread that sees every row of a batch, and may change it, before the
    /// visitor looks; null: none.</param>
    public static void Run(
        Model model, StudyText text, IReadOnlyList<Prefix> prefixes, Func<Visit> visitor, StudyOptions options,
        string doing,
        bool logits = false, Func<Tap>? change = null)
    {
        var batches = Batches(text, prefixes);
        long done = 0;
        Parallel.ForEach(
            batches, options.Compute.Parallel,
            () => new Worker(model, visitor(), logits, change?.Invoke()),
            (batch, _, worker) =>
            {
                worker.Run(text, batch);
                int wanted = batch.Sum(sentence => sentence.Wanted.Count);
                options.Progress?.Report(new(doing, Interlocked.Add(ref done, wanted), prefixes.Count));
                return worker;
            },
            _ => { });
    }

    private static List<List<WantedSentence>> Batches(StudyText text, IReadOnlyList<Prefix> prefixes)
    {
        List<List<WantedSentence>> batches = [];
        int tokens = BatchTokens;
        foreach (var group in Enumerable.Range(0, prefixes.Count).GroupBy(i => prefixes[i].Sentence)
            .OrderBy(g => g.Key))
        {
            List<(int Position, int Prefix)> wanted = [.. group.Select(i => (prefixes[i].Position, i)).Order()];
            int length = wanted[^1].Position + 1;
            if (length > text[group.Key].Length)
                throw new ArgumentException($"Sentence {group.Key} has {text[group.Key].Length} tokens, not {length}.",
                    nameof(prefixes));
            if (tokens + length > BatchTokens)
            {
                batches.Add([]);
                tokens = 0;
            }
            batches[^1].Add(new(group.Key, length, wanted));
            tokens += length;
        }
        return batches;
    }

    /// <summary>A sentence, how far to run it, and which of its positions are wanted.</summary>
    private sealed record WantedSentence(int Sentence, int Length, List<(int Position, int Prefix)> Wanted);

    private sealed class Worker(Model model, Visit visit, bool logits, Tap? change)
    {
        private readonly Workspace _workspace = new(model.Spec);
        private readonly Batch _batch = new();
        private readonly List<(int Row, int Prefix)> _rows = [];
        private readonly List<int> _tokens = [];
        private readonly float[] _logits = new float[logits ? model.Spec.Vocabulary : 0];

        public void Run(StudyText text, List<WantedSentence> sentences)
        {
            _batch.Clear();
            _rows.Clear();
            foreach (var (sentence, length, wanted) in sentences)
            {
                _tokens.Clear();
                if (model.BeginOfSequence is { } begin) _tokens.Add(begin);
                int before = _tokens.Count;
                _tokens.AddRange(text[sentence][..length]);
                int first = _batch.Add(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_tokens)).FirstRow
                    + before;
                foreach (var (position, prefix) in wanted) _rows.Add((first + position, prefix));
            }
            model.Transformer.Forward(_batch, _workspace, Tap);
            if (!logits) return;
            int width = model.Spec.Width;
            var stream = _workspace.Stream(_batch.Rows);                // [rows, width]
            foreach (var (row, prefix) in _rows)
            {
                model.Transformer.Logits(stream.Slice(row * width, width), _logits);
                visit(TapPoint.Logits, 0, _logits, prefix);
            }
        }

        private void Tap(TapPoint point, int layer, Span<float> values, Batch batch)
        {
            change?.Invoke(point, layer, values, batch);
            int width = values.Length / batch.Rows;
            foreach (var (row, prefix) in _rows) visit(point, layer, values.Slice(row * width, width), prefix);
        }
    }
}
