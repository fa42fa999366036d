using System.Text.Json.Nodes;

namespace Loci.Tokenizers.Training;

/// <summary>
/// Learns a word-level vocabulary: a token is a word with the space before it («▁the»), or a mark of punctuation.
/// Decoding gives the text back, but that runs of white space, line ends too, have become single spaces.
/// </summary>
public static class WordTrainer
{
    /// <summary>The token of all words outside the vocabulary; its id is 0.</summary>
    public const string Unknown = "<unk>";

    /// <summary>The token that begins a text; its id is 1.</summary>
    public const string Begin = "<s>";

    /// <summary>The most frequent words of a text; among equals the ordinally smaller is taken.</summary>
    /// <param name="texts">The training text; read once.</param>
    /// <param name="vocabulary">Most tokens, the two special ones included; at least 3.</param>
    /// <param name="minimumCount">Words that occur less often are left out.</param>
    public static TrainedTokenizer Train(IEnumerable<string> texts, int vocabulary, int minimumCount = 1)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, 3);
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumCount, 1);
        var counts = PieceCounts.Of(texts, Frame([]));
        counts.Remove(Unknown);
        counts.Remove(Begin);
        var words = counts.Where(pair => pair.Value >= minimumCount)
            .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => pair.Key).Take(vocabulary - 2);
        return new(Frame(words), Begin, Unknown);
    }

    private static JsonObject Frame(IEnumerable<string> words)
    {
        var vocabulary = new JsonObject { [Unknown] = 0, [Begin] = 1 };
        foreach (string word in words) vocabulary[word] = vocabulary.Count;
        return TrainedTokenizer.Frame(
            Begin, 1,
            // White space before white space, or at the end, goes; what is left of it is one space.
            new JsonObject
                { ["type"] = "Sequence",
                    ["normalizers"] = new JsonArray(Replace(@"\s+(?!\S)", ""), Replace(@"\s", " ")) },
            new JsonObject
            {
                ["type"] = "Sequence",
                ["pretokenizers"] = new JsonArray(
                    Metaspace(), new JsonObject { ["type"] = "Punctuation", ["behavior"] = "Isolated" }),
            },
            Metaspace(),
            new JsonObject { ["type"] = "WordLevel", ["vocab"] = vocabulary, ["unk_token"] = Unknown });
    }

    private static JsonObject Metaspace() => new()
    {
        ["type"] = "Metaspace", ["replacement"] = "▁", ["prepend_scheme"] = "always", ["split"] = true,
    };

    private static JsonObject Replace(string pattern, string content) => new()
    {
        ["type"] = "Replace", ["pattern"] = new JsonObject { ["Regex"] = pattern }, ["content"] = content,
    };
}
