using Loci.Tokenizers.Models;

namespace Loci.Tokenizers.Pipeline;

/// <summary>What a <c>tokenizer.json</c> describes, read and checked.</summary>
internal sealed record PipelineParts(
    IReadOnlyList<AddedToken> AddedTokens,
    AddedTokenMatcher Plain,
    AddedTokenMatcher Normalized,
    Normalizer? Normalizer,
    PreTokenizer PreTokenizer,
    TokenModel Model,
    TokenDecoder Decoder,
    SequenceMarks Marks)
{
    /// <param name="root">The root of <c>tokenizer.json</c>.</param>
    /// <param name="settings">What the files beside it say.</param>
    public static PipelineParts Read(JsonField root, TokenSettings settings)
    {
        var normalizer = NormalizerReader.Read(root["normalizer"]);
        var steps = PreTokenizerReader.Read(root["pre_tokenizer"]);
        if (normalizer is { KeepsStart: false } && steps.Any(step => step.AsksForStart))
            throw root["pre_tokenizer"]
                .Refuse("the prepend_scheme «first» behind a normalizer that can change where a text starts");

        // Where the byte alphabet comes last the model writes it, once for every word it has not seen before.
        bool byteLevel = steps.Count > 0 && steps[^1] is ByteAlphabetPreTokenizer;
        if (byteLevel) steps.RemoveAt(steps.Count - 1);

        var model = ModelReader.Read(root["model"], byteLevel);
        var added = AddedTokenReader.Read(root["added_tokens"], model.Vocabulary);
        AddedTokenReader.Join(added, settings, model.Vocabulary);
        var (plain, normalized) = AddedTokenReader.Matchers(added, normalizer, root["added_tokens"]);
        var ids = added.ToDictionary(token => token.Content, token => token.Id, StringComparer.Ordinal);
        var marks = SequenceMarks.Read(root["post_processor"], settings, token =>
            ids.TryGetValue(token, out int id) || model.Vocabulary.TryGetValue(token, out id) ? id : null);
        return new(added, plain, normalized, normalizer, new PreTokenizerSequence(steps), model,
            DecoderReader.Read(root["decoder"]), marks);
    }
}
