using System.Text.Json;
using System.Text.Json.Nodes;
using Loci.Tokenizers.Pipeline;

namespace Loci.Tokenizers.Training;

/// <summary>
/// Counts the pieces a pipeline cuts a text into: the very pipeline the finished tokenizer will have.
/// </summary>
internal static class PieceCounts
{
    /// <summary>How often each piece occurs.</summary>
    /// <param name="texts">The training text.</param>
    /// <param name="frame">A <c>tokenizer.json</c> whose vocabulary may still be all but empty.</param>
    public static Dictionary<string, long> Of(IEnumerable<string> texts, JsonObject frame)
    {
        using var document = JsonDocument.Parse(frame.ToJsonString());
        var parts = PipelineParts.Read(new(document.RootElement, "the trained tokenizer", ""), TokenSettings.None);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var bySpan = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        var pieces = new List<Piece>();
        foreach (string raw in texts)
        {
            string text = WellFormed.Text(raw);
            if (parts.Normalizer is not null) text = parts.Normalizer.Apply(text);
            if (text.Length == 0) continue;
            pieces.Clear();
            parts.PreTokenizer.Split(new(text.AsMemory(), true), pieces);
            foreach (var piece in pieces)
            {
                bySpan.TryGetValue(piece.Span, out long count);
                bySpan[piece.Span] = count + 1;
            }
        }
        return counts;
    }
}
