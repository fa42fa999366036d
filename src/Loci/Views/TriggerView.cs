using Loci.Atlas;
using Loci.Memory.Recall;

namespace Loci.Views;

/// <summary>A prefix that fires a cell.</summary>
/// <param name="Coefficient">The cell's memory coefficient m after the prefix.</param>
/// <param name="Sentence">The sentence of the corpus, from 0.</param>
/// <param name="Position">The prefix's last token within the sentence, from 0.</param>
/// <param name="Text">The prefix, without the space that some tokenizers put before a text.</param>
/// <param name="Next">The token that came next, as text; null at the end of the sentence.</param>
public sealed record TriggerView(float Coefficient, long Sentence, int Position, string Text, string? Next)
{
    /// <summary>A trigger of an atlas.</summary>
    public static TriggerView Of(AtlasFile atlas, Trigger trigger)
    {
        var sentence = atlas.Sentence(trigger);
        string? next = sentence.NextToken(trigger.Position) is { } token ? atlas.Token(token).Text : null;
        return new(trigger.Coefficient, trigger.Sentence, trigger.Position, Prefix(sentence, trigger.Position), next);
    }

    /// <summary>The text of a prefix, without the space that some tokenizers put before a text.</summary>
    public static string Prefix(AtlasSentence sentence, int position)
    {
        string prefix = sentence.Prefix(position);
        return prefix.StartsWith(' ') ? prefix[1..] : prefix;
    }
}
