using System.Text;

namespace Loci.Worlds;

/// <summary>One alternative of a rule, with the facts it states when it is said.</summary>
/// <param name="Id">Where it stands: «sport/opening/2».</param>
/// <param name="Text">Words, <c>[one|another]</c> choices and <c>{slots}</c>.</param>
/// <param name="Stated">Facts it states, each a relation and the slot of its subject.</param>
internal sealed record Line(string Id, string Text, IReadOnlyList<(string Relation, string Slot)> Stated);

/// <summary>
/// Sentences with choices, read from a text: <c>== name</c> opens a rule whose alternatives are the lines below it,
/// <c>name = one | another</c> is a list of words. In a line, <c>[one|another]</c> is a choice, <c>{name}</c> a slot of the
/// scene or else a word of that list, <c>{name#}</c> the same word for the whole passage, and <c>@ relation: slot; …</c>
/// at the end names the facts that the line states. Lines that begin with <c>#</c> are comments.
/// </summary>
internal sealed class Grammar
{
    private readonly Dictionary<string, List<Line>> _rules = [];
    private readonly Dictionary<string, string[]> _words = [];

    /// <summary>Reads a grammar; what it lacks is looked up in the grammars that are common to all.</summary>
    /// <param name="name">What its lines are called.</param>
    /// <param name="texts">The text, and those of common lists.</param>
    public Grammar(string name, params string[] texts)
    {
        foreach (string text in texts) Read(name, text);
    }

    /// <summary>The alternatives of a rule.</summary>
    public IReadOnlyList<Line> this[string rule] => _rules[rule];

    /// <summary>Whether there is a rule of this name.</summary>
    public bool Has(string rule) => _rules.ContainsKey(rule);

    /// <summary>Says a line.</summary>
    public string Expand(string text, Scene scene, Draws draws)
    {
        var said = new StringBuilder();
        int at = 0;
        Append(text, ref at, said, scene, draws);
        return said.ToString();
    }

    private void Read(string name, string text)
    {
        List<Line>? rule = null;
        string ruleName = "";
        string? list = null;
        foreach (string raw in text.Split('\n'))
        {
            string line = raw.Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            if (line.StartsWith("== ", StringComparison.Ordinal))
            {
                (ruleName, list) = (line[3..], null);
                if (!_rules.TryGetValue(ruleName, out rule)) _rules.Add(ruleName, rule = []);
            }
            else if (line.IndexOf(" = ", StringComparison.Ordinal) is > 0 and var sign)
            {
                (list, rule) = (line[..sign], null);
                _words[list] = Choices(line[(sign + 3)..]);
            }
            else if (line[0] == '|' && list is not null)
            {
                _words[list] = [.. _words[list], .. Choices(line[1..])];
            }
            else
            {
                int mark = line.IndexOf(" @ ", StringComparison.Ordinal);
                var stated = mark < 0 ? [] : line[(mark + 3)..].Split(';').Select(fact => fact.Split(':')).Select(f => (f[0].Trim(), f[1].Trim())).ToArray();
                (rule ?? throw new InvalidOperationException($"{name}: «{line}» stands in no rule"))
                    .Add(new($"{name}/{ruleName}/{rule.Count + 1}", mark < 0 ? line : line[..mark], stated));
            }
        }
    }

    private static string[] Choices(string text) => [.. Split(text).Select(choice => choice.Trim())];

    // Cuts at the bars that are in no brackets.
    private static IEnumerable<string> Split(string text)
    {
        int depth = 0, from = 0;
        for (int at = 0; at < text.Length; at++)
            if (text[at] == '[') depth++;
            else if (text[at] == ']') depth--;
            else if (text[at] == '|' && depth == 0)
            {
                yield return text[from..at];
                from = at + 1;
            }
        yield return text[from..];
    }

    private void Append(string text, ref int at, StringBuilder said, Scene scene, Draws draws)
    {
        while (at < text.Length)
        {
            char c = text[at++];
            if (c == '[')
            {
                int close = Close(text, at);
                string[] choices = [.. Split(text[at..close])];
                int start = 0;
                Append(draws.Pick(choices), ref start, said, scene, draws);
                at = close + 1;
            }
            else if (c == '{')
            {
                int close = text.IndexOf('}', at);
                said.Append(Slot(text[at..close], scene, draws));
                at = close + 1;
            }
            else if (c != ' ' || said.Length > 0 && said[^1] != ' ')
            {
                if (c is ',' or '.' && said.Length > 0 && said[^1] == ' ') said.Length--; // an empty choice left its space
                said.Append(c);
            }
        }
    }

    private string Slot(string slot, Scene scene, Draws draws)
    {
        if (scene.Find(slot) is { } bound) return bound;
        bool remembered = slot[^1] == '#';
        string list = remembered ? slot[..^1] : slot;
        // A word may be asked for by number, to have several of one list: {bird#1} … {bird#2}.
        if (list.IndexOf('#', StringComparison.Ordinal) is > 0 and var number) (list, remembered) = (list[..number], true);
        if (!_words.TryGetValue(list, out string[]? words)) throw new InvalidOperationException($"{{{slot}}} is neither bound nor a list");
        string word = Expand(draws.Pick(words), scene, draws);
        if (remembered) scene.Say(slot, word);
        return word;
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
