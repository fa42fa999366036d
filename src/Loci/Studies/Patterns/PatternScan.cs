namespace Loci.Studies.Patterns;

/// <summary>
/// Finds which patterns prefixes hold: the shallow ones by looking up what a prefix ends with, topics by counting
/// words along the sentence.
/// </summary>
internal sealed class PatternScan
{
    /// <summary>Longest suffix.</summary>
    public const int LongestSuffix = 4;

    /// <summary>Both tokens of a skip-gram lie among so many last ones.</summary>
    public const int SkipWindow = 5;

    /// <summary>Words of a topic that a prefix must hold.</summary>
    public const int TopicWords = 2;

    private readonly StudyText _text;
    private readonly WordText _words;
    private readonly IReadOnlyList<string> _tokens;

    public PatternScan(StudyText text, WordText words, IReadOnlyList<string> tokens) =>
        (_text, _words, _tokens) = (text, words, tokens);

    /// <summary>The shallow patterns a prefix holds, each once.</summary>
    public void Keys(Prefix prefix, List<PatternKey> keys)
    {
        keys.Clear();
        var tokens = _text.TokensOf(prefix);
        int n = tokens.Length;
        for (int length = 1; length <= Math.Min(LongestSuffix, n); length++)
        {
            var t = tokens[^length..];
            keys.Add(
                new(PatternForm.Suffix, t[0], length > 1 ? t[1] : -1, length > 2 ? t[2] : -1, length > 3 ? t[3] : -1));
        }
        int shallow = keys.Count;
        for (int a = Math.Max(0, n - SkipWindow); a < n; a++)
            for (int b = a + 2; b < n; b++)
            {
                var key = new PatternKey(PatternForm.SkipGram, tokens[a], tokens[b]);
                if (keys.IndexOf(key, shallow) < 0) keys.Add(key);
            }
        string last = _tokens[tokens[^1]];
        if (last.FirstOrDefault(char.IsLetter) is var letter && char.IsUpper(letter)) Class(TokenClass.Capitalised);
        if (last.Any(char.IsDigit)) Class(TokenClass.Number);
        if (last.Any(c => !char.IsWhiteSpace(c)) && !last.Any(char.IsLetterOrDigit)) Class(TokenClass.Punctuation);
        if (_words.Continues(_text.IndexOf(prefix))) Class(TokenClass.WordInternal);
        if (n == 1) Class(TokenClass.SentenceStart);

        void Class(TokenClass of) => keys.Add(new(PatternForm.TokenClass, (int)of));
    }

    /// <summary>Whether a prefix is about a topic.</summary>
    public bool About(Prefix prefix, IReadOnlyList<int> topic)
    {
        var words = _words.Of(prefix);
        return topic.Count(words.Contains) >= TopicWords;
    }

    /// <summary>Shows every pattern that wanted prefixes of some sentences hold.</summary>
    /// <param name="sentences">The sentences.</param>
    /// <param name="patterns">The shallow patterns looked for, with their numbers.</param>
    /// <param name="topics">The topics looked for, as word ids, with their numbers.</param>
    /// <param name="wanted">Whether the prefix with this index is wanted.</param>
    /// <param name="match">Takes a number and the index of a prefix.</param>
    public void Run(
        IEnumerable<int> sentences, Dictionary<PatternKey, int> patterns,
        IReadOnlyList<(int[] Words, int Number)> topics,
        Func<int, bool> wanted, Action<int, int> match)
    {
        var ofWord = new Dictionary<int, List<int>>();
        for (int t = 0; t < topics.Count; t++)
            foreach (int word in topics[t].Words)
                if (ofWord.TryGetValue(word, out var list)) list.Add(t);
                else ofWord.Add(word, [t]);
        int[] held = new int[topics.Count];
        List<int> touched = [], about = [];
        var seen = new HashSet<int>();
        List<PatternKey> keys = [];
        foreach (int sentence in sentences)
        {
            foreach (int t in touched) held[t] = 0;
            touched.Clear();
            about.Clear();
            seen.Clear();
            int first = _text.IndexOf(new(sentence, 0)), length = _text[sentence].Length;
            for (int i = first; i < first + length; i++)
            {
                if (i > first && _words.Closed(i) is >= 0 and var closed && seen.Add(closed)
                    && ofWord.TryGetValue(closed, out var more))
                    foreach (int t in more)
                    {
                        if (held[t]++ == 0) touched.Add(t);
                        if (held[t] == TopicWords) about.Add(t);
                    }
                if (!wanted(i)) continue;
                Keys(new(sentence, i - first), keys);
                foreach (var key in keys)
                    if (patterns.TryGetValue(key, out int number)) match(number, i);
                foreach (int t in about) match(topics[t].Number, i);
                if (_words.Open(i) is >= 0 and var open && !seen.Contains(open)
                    && ofWord.TryGetValue(open, out var almost))
                    foreach (int t in almost)
                        if (held[t] == TopicWords - 1) match(topics[t].Number, i);
            }
        }
    }
}
