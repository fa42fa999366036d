using Loci.Models;
using Loci.Text;

namespace Loci.Atlas.Building;

/// <summary>Sentences to tokens as a build reads them: without marks of their own, cut at the context.</summary>
internal sealed class SentenceTokenizer(Model model)
{
    private readonly int _most = model.Spec.Context - (model.BeginOfSequence is null ? 0 : 1);

    /// <summary>The tokens of a sentence, or null where it has none. Safe for many threads.</summary>
    /// <exception cref="LociException">The tokenizer gives a token that the model does not have.</exception>
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
