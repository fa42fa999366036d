using Loci.Models;
using Loci.Text;

namespace Loci.Atlas.Building;

/// <summary>
/// Builds an atlas from sentences that are tokens already and held in memory: of texts that no file holds and no
/// tokenizer would give, such as shuffled ones. No checkpoint, no parts; the result does not depend on threads.
/// </summary>
public static class TokenAtlas
{
    private const int BatchTokens = 512;

    /// <summary>Builds and writes the atlas.</summary>
    /// <param name="model">The model; its tokenizer spells the tokens.</param>
    /// <param name="sentences">
    /// Each of at least one token and within the context, without a beginning-of-sequence token; numbered from 0.
    /// </param>
    /// <param name="reading">What the text is, in words, for the manifest.</param>
    /// <param name="options">What the atlas is to hold; unit, part and limit have no meaning here.</param>
    /// <param name="path">The atlas; one that exists is replaced.</param>
    /// <param name="compute">Threads to use, and what ends the build early; nothing is left behind then.</param>
    /// <exception cref="LociException">
    /// The model has no tokenizer, it overflows, or the file cannot be written.
    /// </exception>
    public static void Build(
        Model model, IReadOnlyList<int[]> sentences, string reading, AtlasOptions options, string path,
        Compute compute = default)
    {
        model.RequireTokenizer(); // an atlas spells its tokens
        int next = 0;
        BuildState[] states =
        [
            .. Enumerable.Range(0, compute.Threads).Select(_ => new BuildState(model.Spec, options.Top)),
        ];
        try
        {
            // Each worker meets its sentences in ascending order, as a recall wants them.
            Parallel.ForEach(states, compute.Parallel, Observe);
        }
        catch (AggregateException e) when (e.InnerExceptions[0] is LociException own)
        {
            throw new LociException(own.Message, own);
        }
        var state = states[0];
        foreach (var other in states.Skip(1)) state.Merge(other);

        var values = new ValueReader(model.Transformer, options.ValueTokens, compute);
        AtlasWriter.Write(
            new BuiltAtlas(
                Manifest(model, reading, options, state), model, state, ids => ids.Select(Sentence), values,
                (_, _) => { }),
            path, compute.Cancellation);

        void Observe(BuildState own)
        {
            var worker = new BuildWorker(model.Transformer, model.BeginOfSequence, own);
            var batch = new List<TokenizedSentence>();
            while (Take(batch))
            {
                compute.Cancellation.ThrowIfCancellationRequested();
                worker.Observe(batch);
            }
        }

        bool Take(List<TokenizedSentence> batch)
        {
            batch.Clear();
            lock (states)
                for (int tokens = 0; next < sentences.Count
                    && (tokens == 0 || tokens + sentences[next].Length <= BatchTokens); next++)
                {
                    batch.Add(Sentence(next));
                    tokens += sentences[next].Length;
                }
            return batch.Count > 0;
        }

        TokenizedSentence Sentence(long id) => new(id, sentences[(int)id], Cut: false);
    }

    private static AtlasManifest Manifest(Model model, string reading, AtlasOptions options, BuildState state) => new()
    {
        Model = model.Name,
        ModelHash = model.Identity,
        Spec = new(
            model.Spec.Family, [.. model.Spec.Blocks.Select(block => block.Cells.Count)], model.Spec.Width,
            model.Spec.Vocabulary, model.Spec.HasGatedCells, model.TokenizerHash)
            {
                ExpertsPerLayer = model.Spec.ExpertsPerLayer,
            },
        Corpus = [],
        Reading = reading,
        Unit = SentenceUnit.Sentence.ToString().ToLowerInvariant(),
        Context = model.Spec.Context,
        Top = options.Top,
        ValueTokens = options.ValueTokens,
        Sentences = state.Sentences,
        Prefixes = state.Prefixes,
        LociVersion = LociVersion.Current,
    };
}
