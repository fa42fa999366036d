namespace Loci.Worlds;

/// <summary>
/// Writes running prose: an opening, sentences of its body and sometimes a closing, all of one topic and about the same
/// people and things. Now and then a fact is told about somebody or something already named.
/// </summary>
internal sealed class ProseWriter
{
    private const double SpeaksOfFact = 0.13, Closes = 0.6, LeadsIn = 0.3;
    private const string Lead = "{lead}";

    private static readonly string[] s_passages =
        [
            "sport-match", "sport-track", "weather", "military", "television", "shopping", "cooking", "travel",
            "business", "court",
        ];

    private readonly Population _world;
    private readonly FactWriter _facts;
    private readonly Draws _draws;
    private readonly Deck<(string Topic, Grammar Grammar)> _grammars;

    public ProseWriter(Population world, FactWriter facts, Draws draws)
    {
        (_world, _facts, _draws) = (world, facts, draws);
        string common = WorldText.Read("common");
        _grammars = new(
            [.. s_passages.Select(name => (name.Split('-')[0], new Grammar(name, common, WorldText.Read(name))))],
            draws);
    }

    /// <summary>The next passage.</summary>
    public WorldDocument Write()
    {
        var (topic, grammar) = _grammars.Deal();
        var scene = Casting.Choose(grammar, _world, _draws);
        var sentences = new List<WorldSentence>();
        Add("opening");
        int length = _draws.Between(3, 8);
        foreach (var line in _draws.Shuffled(grammar["body"]))
        {
            if (sentences.Count >= length) break;
            if (_draws.Chance(SpeaksOfFact) && Mentioned() is { Length: > 0 } known
                && _facts.About(_draws.Pick(known), topic) is { } aside)
                sentences.Add(aside);
            else if (grammar.CanSay(line, scene)) sentences.Add(Say(line, _draws.Chance(LeadsIn)));
        }
        if (_draws.Chance(Closes)) Add("closing");
        return new(sentences);

        Entity[] Mentioned() =>
        [
            .. scene.Cast.Where(
                one => sentences.Any(sentence => sentence.Text.Contains(one.Name, StringComparison.Ordinal))),
        ];

        void Add(string rule)
        {
            foreach (var line in _draws.Shuffled(grammar[rule]))
            {
                if (!grammar.CanSay(line, scene)) continue;
                sentences.Add(Say(line));
                return;
            }
        }

        WorldSentence Say(Line line, bool leadIn = false)
        {
            scene.Stated.Clear();
            string said = grammar.Expand(line.Text, scene, _draws);
            if (leadIn && Wording.TakesLead(line.Text))
                said = $"{grammar.Expand(Lead, scene, _draws)}, {char.ToLowerInvariant(said[0])}{said[1..]}";
            return new(Wording.Finish(said), topic, line.Id, [.. scene.Stated]);
        }
    }
}
