using System.Text;

namespace Loci.Studies.Patterns;

/// <summary>
/// The words of a text as its prefixes show them. A word is a run of letters, in lower case; one that a prefix cuts off
/// counts as far as the prefix shows it, so that no prefix knows what comes next.
/// </summary>
internal sealed class WordText
{
    private readonly StudyText _text;
    private readonly int[] _open;           // [prefixes] the word that the token ends or goes on; −1: none
    private readonly bool[] _continues;     // [prefixes] the token goes on the word of the token before

    /// <summary>Finds the words.</summary>
    /// <param name="text">The text.</param>
    /// <param name="tokens">What each token of the vocabulary writes in running text. [vocabulary]</param>
    public WordText(StudyText text, IReadOnlyList<string> tokens)
    {
        _text = text;
        _open = new int[text.Prefixes];
        _continues = new bool[text.Prefixes];
        var ids = new Dictionary<string, int>();
        List<string> words = [];
        var word = new StringBuilder();
        int at = 0;
        for (int s = 0; s < text.Count; s++)
        {
            word.Clear();
            foreach (int token in text[s])
            {
                string piece = tokens[token];
                int last = piece.Length;
                while (last > 0 && char.IsLetter(piece[last - 1])) last--;
                // Letters from the first character on go on what the tokens before left open.
                _continues[at] = last == 0 && piece.Length > 0 && word.Length > 0;
                if (!_continues[at]) word.Clear();
                word.Append(piece.AsSpan(last).ToString().ToLowerInvariant());
                _open[at] = word.Length == 0 ? -1 : Id(word.ToString());
                at++;
            }
        }
        Words = words;

        int Id(string name)
        {
            if (ids.TryGetValue(name, out int id)) return id;
            ids.Add(name, id = words.Count);
            words.Add(name);
            return id;
        }
    }

    /// <summary>The words, by id.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>The token goes on a word that an earlier one began.</summary>
    public bool Continues(int index) => _continues[index];

    /// <summary>The word at the end of the prefix with this last token; −1: the token ends in something else.</summary>
    public int Open(int index) => _open[index];

    /// <summary>The word that the prefix before this token left open and this token does not go on; −1: none.</summary>
    public int Closed(int index) => _continues[index] ? -1 : _open[index - 1];

    /// <summary>The different words of a prefix.</summary>
    public HashSet<int> Of(Prefix prefix)
    {
        int first = _text.IndexOf(prefix with { Position = 0 }), last = first + prefix.Position;
        var words = new HashSet<int>();
        for (int i = first + 1; i <= last; i++) words.Add(Closed(i));
        words.Add(Open(last));
        words.Remove(-1);
        return words;
    }

    /// <summary>For every word the number of prefixes of some sentences that hold it.</summary>
    public long[] PrefixCounts(IEnumerable<int> sentences)
    {
        long[] counts = new long[Words.Count];
        var seen = new HashSet<int>();
        foreach (int sentence in sentences)
        {
            seen.Clear();
            int first = _text.IndexOf(new(sentence, 0)), end = first + _text[sentence].Length;
            for (int i = first; i < end; i++)
            {
                if (i > first && Closed(i) is >= 0 and var closed && seen.Add(closed)) counts[closed] += end - i;
                if (Open(i) is >= 0 and var open && !seen.Contains(open)) counts[open]++;
            }
        }
        return counts;
    }
}
