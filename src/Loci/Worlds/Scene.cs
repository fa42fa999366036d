namespace Loci.Worlds;

/// <summary>What the slots of one passage stand for. A word once remembered stays the same to the end of the passage.</summary>
internal sealed class Scene
{
    private readonly Dictionary<string, Entity> _entities = [];
    private readonly Dictionary<string, string> _words = [];

    /// <summary>The entity a slot is bound to.</summary>
    public Entity this[string slot]
    {
        get => _entities[slot];
        set => _entities[slot] = value;
    }

    /// <summary>Binds a slot to a word.</summary>
    public void Say(string slot, string word) => _words[slot] = word;

    /// <summary>What a slot stands for: «player», «player.last», «player.they», «player.was»; null if it is not bound.</summary>
    public string? Find(string slot)
    {
        if (_words.TryGetValue(slot, out string? word)) return word;
        int dot = slot.IndexOf('.', StringComparison.Ordinal);
        if (!_entities.TryGetValue(dot < 0 ? slot : slot[..dot], out var entity)) return null;
        bool plural = entity.Pronoun == "they";
        return dot < 0 ? entity.Said : slot[(dot + 1)..] switch
        {
            "name" => entity.Name,
            "last" => entity.Name[(entity.Name.IndexOf(' ', StringComparison.Ordinal) + 1)..],
            "they" => entity.Pronoun,
            "their" => entity.Possessive,
            "them" => entity.ObjectPronoun,
            "is" => plural ? "are" : "is",
            "was" => plural ? "were" : "was",
            "has" => plural ? "have" : "has",
            "s" => plural ? "" : "s",
            var part => throw new InvalidOperationException($"{slot}: «{part}» is nothing an entity can be asked for"),
        };
    }
}
