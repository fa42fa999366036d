namespace Loci.Worlds;

/// <summary>Everybody and everything of a world, and what is true of them.</summary>
internal sealed class Population
{
    private readonly Dictionary<string, Entity> _byName = [];
    private readonly Dictionary<(string Subject, string Relation), Fact> _facts = [];
    private readonly Dictionary<string, List<Fact>> _about = [];
    private readonly Dictionary<string, List<Fact>> _answering = [];
    private readonly Dictionary<string, List<Entity>> _ofKind = [];

    /// <summary>Facts, in the order they came to be.</summary>
    public List<Fact> Facts { get; } = [];

    /// <summary>Entities that some fact is about, in order.</summary>
    public List<Entity> Subjects { get; } = [];

    /// <summary>Entities of a kind, in order.</summary>
    public IReadOnlyList<Entity> Of(string kind) => _ofKind.TryGetValue(kind, out var entities) ? entities : [];

    /// <summary>The entity of a name, or null for an answer that is only a word.</summary>
    public Entity? Named(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The fact of a subject and a relation, or null.</summary>
    public Fact? Find(string subject, string relation) => _facts.GetValueOrDefault((subject, relation));

    /// <summary>The facts about a subject.</summary>
    public IReadOnlyList<Fact> About(string subject) => _about.TryGetValue(subject, out var facts) ? facts : [];

    /// <summary>The facts that have an answer.</summary>
    public IReadOnlyList<Fact> Answering(string answer) => _answering.TryGetValue(answer, out var facts) ? facts : [];

    /// <summary>The answer of a fact as it stands within a sentence: «the Falcons».</summary>
    public string Said(Fact fact) => Named(fact.Answer)?.Said ?? fact.Answer;

    /// <summary>Makes an entity known.</summary>
    public Entity Add(Entity entity)
    {
        _byName.Add(entity.Name, entity);
        if (!_ofKind.TryGetValue(entity.Kind, out var alike)) _ofKind.Add(entity.Kind, alike = []);
        alike.Add(entity);
        return entity;
    }

    /// <summary>Makes something true.</summary>
    public void Add(Entity subject, string relation, string answer)
    {
        var fact = new Fact(subject.Name, relation, answer);
        _facts.Add((subject.Name, relation), fact);
        if (!_about.TryGetValue(subject.Name, out var about))
        {
            _about.Add(subject.Name, about = []);
            Subjects.Add(subject);
        }
        about.Add(fact);
        if (!_answering.TryGetValue(answer, out var answering)) _answering.Add(answer, answering = []);
        answering.Add(fact);
        Facts.Add(fact);
    }
}
