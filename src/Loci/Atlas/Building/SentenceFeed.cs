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

    private readonly int _most = model.Spec.Context - (model.BeginOfSequence is null ? 0 : 1);
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

    /// <summary>The tokens of a sentence, or null where it has none. Safe for many threads.</summary>
    public TokenizedSentence? Tokenize(Sentence sentence)
    {
        var ids = model.Tokenizer!.Encode(sentence.Text);
        // Text may spell out the beginning-of-sequence token («<s>»); it is a mark, no text, and never a trigger.
        ids.RemoveAll(id => id == model.Tokenizer.BeginOfSequence);
        if (ids.Count == 0) return null;
        foreach (int id in ids)
            if (id >= model.Spec.Vocabulary)
                throw new LociException(
                    $"The tokenizer gives the token {id} at sentence {sentence.Index}, but the model's vocabulary "
                        + $"ends at {model.Spec.Vocabulary - 1}: they do not belong together.");
        bool cut = ids.Count > _most;
        return new(sentence.Index, cut ? [.. ids[.._most]] : [.. ids], cut);
    }
}
