using System.Buffers;
using System.Text;
using Loci.Tokenizers.Models;
using Loci.Tokenizers.Patterns;

namespace Loci.Tokenizers.Pipeline;

/// <summary>Finds added tokens in a text: the leftmost first, at one place the longest, none overlapping.</summary>
internal sealed class AddedTokenMatcher
{
    private static readonly CharacterClass Word = new(Categories.Word);

    private readonly List<AddedToken> tokens = [];
    private readonly PieceTrie trie = new();
    private readonly SearchValues<char> first;

    /// <param name="tokens">
    /// The tokens with the text each is looked for by; of two with the same text the first counts.
    /// </param>
    public AddedTokenMatcher(IEnumerable<(string Text, AddedToken Token)> tokens)
    {
        var starts = new HashSet<char>();
        foreach (var (text, token) in tokens)
        {
            if (trie.Add(text, this.tokens.Count)) this.tokens.Add(token);
            starts.Add(text[0]);
        }
        first = SearchValues.Create([.. starts]);
    }

    /// <summary>One stretch of text between tokens (<c>Id</c> is null) or one token.</summary>
    public readonly record struct Stretch(int? Id, int Start, int End);

    /// <summary>Cuts a text that is not empty into stretches.</summary>
    public List<Stretch> Split(ReadOnlySpan<char> text)
    {
        var stretches = new List<Stretch>();
        int done = 0;
        for (int at = 0; Next(text, at, out int start, out int stop, out var token); )
        {
            at = stop;
            if (token!.SingleWord && (WordBefore(text, start) || WordAt(text, stop))) continue;
            if (token.StripsLeft) start = Math.Max(text[..start].TrimEnd().Length, done);
            if (token.StripsRight) stop = text.Length - text[stop..].TrimStart().Length;
            if (done < start) stretches.Add(new(null, done, start));
            stretches.Add(new(token.Id, start, stop));
            done = stop;
        }
        if (done < text.Length) stretches.Add(new(null, done, text.Length));
        return stretches;
    }

    private bool Next(ReadOnlySpan<char> text, int from, out int start, out int stop, out AddedToken? token)
    {
        token = null;
        stop = from;
        for (start = from; tokens.Count > 0; start++)
        {
            int skip = text[start..].IndexOfAny(first);
            if (skip < 0) return false;
            start += skip;
            int node = 0;
            for (int end = start; end < text.Length && (node = trie.Child(node, text[end])) >= 0;)
            {
                end++;
                int value = trie.Value(node);
                if (value >= 0) (token, stop) = (tokens[value], end);
            }
            if (token is not null) return true;
        }
        return false;
    }

    private static bool WordBefore(ReadOnlySpan<char> text, int at) =>
        at > 0 && Rune.DecodeLastFromUtf16(text[..at], out var rune, out _) == OperationStatus.Done
            && Word.Contains(rune.Value);

    private static bool WordAt(ReadOnlySpan<char> text, int at) =>
        at < text.Length && Rune.DecodeFromUtf16(text[at..], out var rune, out _) == OperationStatus.Done
            && Word.Contains(rune.Value);
}
