namespace Loci.Worlds;

/// <summary>Writes facts, each in a wording for documents: a sentence alone, or entries of an encyclopaedia.</summary>
internal sealed class FactWriter
{
    private const double SaysPronoun = 0.08, AddsLine = 0.6;
    private const int ShortestEntry = 3;

    private static readonly Dictionary<string, (string Topic, string Rule)> s_kinds = new()
    {
        ["country"] = ("places", "country"),
        ["city"] = ("places", "city"),
        ["region"] = ("places", "region"),
        ["venue"] = ("places", "venue"),
        ["company"] = ("organisations", "organisation"),
        ["club"] = ("organisations", "organisation"),
        ["newspaper"] = ("organisations", "organisation"),
        ["university"] = ("organisations", "organisation"),
        ["unit"] = ("organisations", "organisation"),
        ["book"] = ("arts", "work"),
        ["film"] = ("arts", "work"),
        ["series"] = ("arts", "work"),
        ["song"] = ("arts", "work"),
        ["product"] = ("products", "product"),
    };

    private readonly Population _world;
    private readonly IReadOnlyDictionary<string, Relation> _relations;
    private readonly Draws _draws;
    private readonly Grammar _lines = new("entry", WorldText.Read("common"), WorldText.Read("entry"));
    private readonly Deck<Fact> _facts;
    private readonly Deck<Entity> _subjects;

    public FactWriter(Population world, IReadOnlyDictionary<string, Relation> relations, Draws draws)
    {
        (_world, _relations, _draws) = (world, relations, draws);
        (_facts, _subjects) = (new(world.Facts, draws), new(world.Subjects, draws));
    }

    /// <summary>A fact alone.</summary>
    public WorldDocument WriteOne()
    {
        var fact = _facts.Deal();
        return new([Say(fact, TopicOf(fact))]);
    }

    /// <summary>All that is known of a subject, and a little more.</summary>
    public WorldDocument WriteEntry()
    {
        var subject = _subjects.Deal();
        var (topic, rule) = Kind(subject);
        var facts = _draws.Shuffled(_world.About(subject.Name));
        List<WorldSentence> sentences =
        [
            .. facts.Select((fact, place) => Say(fact, topic, place > 0 && _draws.Chance(SaysPronoun))),
        ];

        var scene = new Scene(_world);
        scene.Bind("s", subject);
        var lines = new Queue<Line>(_draws.Shuffled(_lines[rule].Where(line => _lines.CanSay(line, scene))));
        while (lines.Count > 0 && (sentences.Count < ShortestEntry || _draws.Chance(AddsLine)))
        {
            var line = lines.Dequeue();
            scene.Stated.Clear();
            string text = Wording.Finish(_lines.Expand(line.Text, scene, _draws));
            sentences.Insert(_draws.Between(1, sentences.Count), new(text, topic, line.Id, [.. scene.Stated]));
            if (sentences.Count >= 2 * ShortestEntry) break;
        }
        return new(sentences);
    }

    /// <summary>A fact about an entity within a text of some topic, or null where nothing is known of it.</summary>
    public WorldSentence? About(Entity entity, string topic) =>
        _world.About(entity.Name) is { Count: > 0 } facts ? Say(_draws.Pick(facts), topic) : null;

    private WorldSentence Say(Fact fact, string topic, bool pronoun = false)
    {
        var template = _draws.Pick(_relations[fact.Relation].Training);
        string wording = pronoun && template.Text.StartsWith("{s} ", StringComparison.Ordinal)
            ? $"{{s.they}}{template.Text[3..]}"
            : template.Text;
        string text = Relation.Say(wording, _world, fact)
            .Replace($"{Wording.AnswerMark}", "", StringComparison.Ordinal);
        return new(text, topic, template.Id, [fact]);
    }

    private string TopicOf(Fact fact) => Kind(_world.Named(fact.Subject)!).Topic;

    private static (string Topic, string Rule) Kind(Entity entity) =>
        s_kinds.GetValueOrDefault(entity.Kind, ("people", "person"));
}
