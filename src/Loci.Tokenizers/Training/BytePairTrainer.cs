using System.Text;
using System.Text.Json.Nodes;
using Loci.Tokenizers.Models;

namespace Loci.Tokenizers.Training;

/// <summary>
/// Learns byte-level byte pair encoding (Sennrich et al. 2016, over bytes as in GPT-2): every text can be encoded, and
/// decoding gives back every byte.
/// </summary>
public static class BytePairTrainer
{
    /// <summary>
    /// The token that begins a text; its id is 0. The bytes have the ids 1 to 256, the merges those after.
    /// </summary>
    public const string Begin = "<|endoftext|>";

    /// <summary>Tokens before the first merge.</summary>
    public const int FirstMerge = 257;

    /// <summary>
    /// Merges the most frequent pair of neighbours within words, again and again. Among pairs of equal frequency the
    /// one whose left token has the smaller id goes first, then the one whose right token has.
    /// </summary>
    /// <param name="texts">The training text; read once.</param>
    /// <param name="vocabulary">
    /// Most tokens, at least <see cref="FirstMerge"/>; fewer where no pair occurs often enough.
    /// </param>
    /// <param name="minimumCount">Pairs that occur less often are not merged.</param>
    public static TrainedTokenizer Train(IEnumerable<string> texts, int vocabulary, int minimumCount = 2)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, FirstMerge);
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumCount, 1);
        // The pipeline leaves pieces as text and writes their bytes last.
        var counts = PieceCounts.Of(texts, Frame([]));
        var merges = new PairCounts(
            counts.Select(pair => (Encoding.UTF8.GetBytes(pair.Key).Select(value => value + 1).ToArray(), pair.Value)),
            FirstMerge);
        return new(Frame(merges.Merge(vocabulary - FirstMerge, minimumCount)), Begin, unknown: null);
    }

    private static JsonObject Frame(IReadOnlyList<(int Left, int Right)> merges)
    {
        var pieces = new List<string> { Begin };
        for (int value = 0; value < 256; value++) pieces.Add(ByteAlphabet.Character((byte)value).ToString());
        var rules = new JsonArray();
        var vocabulary = new JsonObject();
        foreach (var (left, right) in merges)
        {
            rules.Add((JsonNode)$"{pieces[left]} {pieces[right]}");
            pieces.Add(pieces[left] + pieces[right]);
        }
        for (int id = 0; id < pieces.Count; id++) vocabulary[pieces[id]] = id;
        return TrainedTokenizer.Frame(
            Begin, 0, normalizer: null, ByteLevel(), ByteLevel(),
            new JsonObject
            {
                ["type"] = "BPE", ["dropout"] = null, ["unk_token"] = null, ["continuing_subword_prefix"] = null,
                ["end_of_word_suffix"] = null, ["fuse_unk"] = false, ["byte_fallback"] = false,
                ["vocab"] = vocabulary, ["merges"] = rules,
            });
    }

    private static JsonObject ByteLevel() => new()
    {
        ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = true,
    };
}
