using Loci.Models;
using Loci.Text;

namespace Loci.Atlas.Building;

/// <summary>
/// Runs ranges of an indexed corpus through a model, on the caller's thread. What a range gives depends on model, text
/// and t alone, in every bit; what two ranges give merges to what both together give.
/// </summary>
internal sealed class RangeObserver(Model model, SentenceIndex index, int top, int batchTokens)
{
    private readonly SentenceTokenizer _tokenizer = new(model);

    /// <summary>Observes some blocks.</summary>
    /// <param name="range">The blocks.</param>
    /// <param name="progress">Told the prefixes observed so far.</param>
    /// <param name="cancellation">Ends the work at the next batch.</param>
    /// <exception cref="LociException">The text is not the one that was indexed, or the model overflows.</exception>
    public BuildState Observe(BlockRange range, IProgress<long>? progress, CancellationToken cancellation)
    {
        var worker = new BuildWorker(model.Transformer, model.BeginOfSequence, new(model.Spec, top));
        var batch = new List<TokenizedSentence>();
        int tokens = 0;
        foreach (var sentence in index.Read(range.First, range.End))
        {
            cancellation.ThrowIfCancellationRequested();
            if (_tokenizer.Tokenize(sentence) is not { } some) continue;
            if (tokens > 0 && tokens + some.Tokens.Length > batchTokens) Run();
            batch.Add(some);
            tokens += some.Tokens.Length;
        }
        if (batch.Count > 0) Run();
        return worker.State;

        void Run()
        {
            worker.Observe(batch);
            batch.Clear();
            tokens = 0;
            progress?.Report(worker.State.Prefixes);
        }
    }

    /// <summary>The sentences of these numbers, ascending, tokenised.</summary>
    public IEnumerable<TokenizedSentence> Read(IReadOnlyList<long> ids) =>
        index.Read(ids).Select(sentence => _tokenizer.Tokenize(sentence)
            ?? throw new LociException($"Sentence {sentence.Index} has no token, and yet a cell points at it."));
}
