using Loci.Models;
using Loci.Text;

namespace Loci.Atlas.Building;

/// <summary>
/// The sentences of a corpus that a build, or one part of it, reads: numbered in corpus order,
/// tokenised, cut at the context.
/// </summary>
internal sealed class SentenceFeed(Model model, Corpus corpus, AtlasOptions options)
{
    /// <summary>
    /// Sentences in a block; blocks go to the parts of a build in turn. Small enough that parts are of equal size in
    /// corpora worth sharing out.
    /// </summary>
    private const int Block = 64;

    private readonly SentenceTokenizer _tokenizer = new(model);
    private CorpusStatistics _pass = new();

    /// <summary>Invalid characters that the last pass met and replaced.</summary>
    public long Replaced => _pass.InvalidSequences + _pass.Nuls;

    /// <summary>Sentences from a number on, in order. One pass at a time.</summary>
    public IEnumerable<Sentence> Read(long from)
    {
        _pass = new();
        foreach (var sentence in corpus.ReadSentences(options.Unit, options.MaxSentences ?? long.MaxValue, _pass))
        {
            if (sentence.Index >= from
                && (options.Part is not { } part || sentence.Index / Block % part.Of == part.Number - 1))
                yield return sentence;
        }
    }

    /// <summary>The sentences of these numbers, ascending, tokenised.</summary>
    /// <exception cref="LociException">One is not there any more.</exception>
    public IEnumerable<TokenizedSentence> Read(IReadOnlyList<long> ids)
    {
        int next = 0;
        foreach (var sentence in Read(from: 0))
        {
            if (next == ids.Count) yield break;
            if (sentence.Index != ids[next]) continue;
            if (Tokenize(sentence) is not { } tokens) break;
            yield return tokens;
            next++;
        }
        if (next < ids.Count) throw new LociException("The corpus was changed while it was read. Build again.");
    }

    /// <inheritdoc cref="SentenceTokenizer.Tokenize"/>
    public TokenizedSentence? Tokenize(Sentence sentence) => _tokenizer.Tokenize(sentence);
}
