namespace Loci.Worlds;

/// <summary>
/// What the slots of one passage stand for. A word once remembered stays the same to the end of the passage.
/// </summary>
internal sealed class Scene(Population world)
{
    private readonly Dictionary<string, Entity> _entities = [];
    private readonly Dictionary<string, string> _words = [];

    /// <summary>Facts that were asked for since this was last emptied.</summary>
    public List<Fact> Stated { get; } = [];

    /// <summary>The entities on stage.</summary>
    public IEnumerable<Entity> Cast => _entities.Values;

    /// <summary>Binds a slot to an entity.</summary>
    public void Bind(string slot, Entity entity) => _entities[slot] = entity;

    /// <summary>Binds a slot to a word.</summary>
    public void Say(string slot, string word) => _words[slot] = word;

    /// <summary>The entity a slot is bound to, or null.</summary>
    public Entity? Entity(string slot) => _entities.GetValueOrDefault(slot);

    /// <summary>
    /// What a slot stands for: «player», «player.last», «player.they», «player.was», or the answer of a fact about it,
    /// «player:plays for»; null if it is not bound or there is no such fact.
    /// </summary>
    public string? Find(string slot)
    {
        if (_words.TryGetValue(slot, out string? word)) return word;
        int cut = slot.AsSpan().IndexOfAny('.', ':');
        if (!_entities.TryGetValue(cut < 0 ? slot : slot[..cut], out var entity)) return null;
        if (cut < 0) return entity.Said;
        return slot[cut] == ':' ? Answer(entity, slot[(cut + 1)..]) : Form(entity, slot[(cut + 1)..]);
    }

    private string? Answer(Entity entity, string relation)
    {
        if (world.Find(entity.Name, relation) is not { } fact) return null;
        if (!Stated.Contains(fact)) Stated.Add(fact);
        return world.Said(fact);
    }

    private static string Form(Entity entity, string form)
    {
        bool plural = entity.Pronoun == "they";
        return form switch
        {
            "last" => entity.Name[(entity.Name.IndexOf(' ', StringComparison.Ordinal) + 1)..],
            "they" => entity.Pronoun,
            "their" => entity.Possessive,
            "is" => plural ? "are" : "is",
            "was" => plural ? "were" : "was",
            "has" => plural ? "have" : "has",
            _ => throw new InvalidOperationException($"«{form}» is nothing an entity can be asked for"),
        };
    }
}
