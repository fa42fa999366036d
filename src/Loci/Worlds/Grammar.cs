using System.Text;

namespace Loci.Worlds;

/// <summary>One alternative of a rule.</summary>
/// <param name="Id">Where it stands: «sport-match/opening/2».</param>
/// <param name="Text">Words, <c>[one|another]</c> choices and <c>{slots}</c>.</param>
internal sealed record Line(string Id, string Text);

/// <summary>
/// Sentences with choices, read from a text: <c>== name</c> opens a rule whose alternatives are the lines below it,
/// <c>name = one | another</c> is a list of words. In a line, <c>[one|another]</c> is a choice, <c>{name}</c> a
/// slot of the scene or else a word of that list, <c>{name#}</c> the same word for the whole passage. Lines that
/// begin with <c>#</c> are comments.
/// </summary>
internal sealed class Grammar
{
    private readonly Dictionary<string, List<Line>> _rules = [];
    private readonly Dictionary<string, string[]> _words = [];

    /// <summary>Reads a grammar.</summary>
    /// <param name="name">What its lines are called.</param>
    /// <param name="texts">Its text, and lists that it shares with others.</param>
    public Grammar(string name, params string[] texts)
    {
        foreach (string text in texts) Read(name, text);
    }

    /// <summary>The alternatives of a rule; none if there is no such rule.</summary>
    public IReadOnlyList<Line> this[string rule] => _rules.TryGetValue(rule, out var lines) ? lines : [];

    /// <summary>Whether a scene has all that a line asks for.</summary>
    public bool CanSay(Line line, Scene scene)
    {
        int stated = scene.Stated.Count;
        for (int at = line.Text.IndexOf('{', StringComparison.Ordinal); at >= 0; at = line.Text.IndexOf('{', at + 1))
        {
            string slot = line.Text[(at + 1)..line.Text.IndexOf('}', at)];
            if (scene.Find(slot) is null && !_words.ContainsKey(slot.TrimEnd('#'))) return false;
        }
        scene.Stated.RemoveRange(stated, scene.Stated.Count - stated);
        return true;
    }

    /// <summary>Says a line.</summary>
    public string Expand(string text, Scene scene, Draws draws)
    {
        var said = new StringBuilder();
        Append(text, new(this, scene, draws, said, []));
        return said.ToString();
    }

    private void Read(string name, string text)
    {
        List<Line>? rule = null;
        string ruleName = "";
        foreach (string raw in text.Split('\n'))
        {
            string line = raw.Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            if (line.StartsWith("== ", StringComparison.Ordinal))
            {
                ruleName = line[3..];
                if (!_rules.TryGetValue(ruleName, out rule)) _rules.Add(ruleName, rule = []);
            }
            else if (line.IndexOf(" = ", StringComparison.Ordinal) is > 0 and var sign)
            {
                _words[line[..sign]] = [.. Choices(line[(sign + 3)..]).Select(choice => choice.Trim())];
            }
            else
            {
                (rule ?? throw new InvalidOperationException($"{name}: «{line}» stands in no rule"))
                    .Add(new($"{name}/{ruleName}/{rule.Count + 1}", line));
            }
        }
    }

    // Cuts at the bars that are in no brackets.
    private static List<string> Choices(string text)
    {
        var choices = new List<string>();
        int depth = 0, from = 0;
        for (int at = 0; at < text.Length; at++)
            if (text[at] == '[') depth++;
            else if (text[at] == ']') depth--;
            else if (text[at] == '|' && depth == 0)
            {
                choices.Add(text[from..at]);
                from = at + 1;
            }
        choices.Add(text[from..]);
        return choices;
    }

    private sealed record Saying(Grammar Grammar, Scene Scene, Draws Draws, StringBuilder Said, HashSet<string> Used);

    private static void Append(string text, Saying saying)
    {
        var said = saying.Said;
        for (int at = 0; at < text.Length; at++)
        {
            char c = text[at];
            if (c == '[')
            {
                int close = Close(text, at + 1);
                Append(saying.Draws.Pick(Choices(text[(at + 1)..close])), saying);
                at = close;
            }
            else if (c == '{')
            {
                int close = text.IndexOf('}', at);
                Slot(text[(at + 1)..close], saying);
                at = close;
            }
            else if (c != ' ' || said.Length > 0 && said[^1] != ' ')
            {
                // an empty choice left its space
                if (c is ',' or '.' && said.Length > 0 && said[^1] == ' ') said.Length--;
                said.Append(c);
            }
        }
    }

    private static void Slot(string slot, Saying saying)
    {
        if (saying.Scene.Find(slot) is { } bound)
        {
            saying.Said.Append(bound);
            return;
        }
        if (!saying.Grammar._words.TryGetValue(slot.TrimEnd('#'), out string[]? words))
            throw new InvalidOperationException($"{{{slot}}} is neither bound nor a list");
        string word = saying.Draws.Pick(words);
        // not «carrots, carrots»
        for (int tries = 0; tries < 8 && !saying.Used.Add(word); tries++) word = saying.Draws.Pick(words);
        int start = saying.Said.Length;
        Append(word, saying);
        if (slot[^1] == '#') saying.Scene.Say(slot, saying.Said.ToString(start, saying.Said.Length - start));
    }

    private static int Close(string text, int at)
    {
        for (int depth = 1; at < text.Length; at++)
            if (text[at] == '[') depth++;
            else if (text[at] == ']' && --depth == 0)
                return at;
        throw new InvalidOperationException($"«{text}» opens a choice and does not close it");
    }
}
