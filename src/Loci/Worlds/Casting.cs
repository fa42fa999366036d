namespace Loci.Worlds;

/// <summary>
/// Chooses who and what a passage is about, from the lines of a grammar's rule «cast»: <c>club: club</c> is any entity
/// of that kind, <c>club: player &gt; plays for</c> the answer of a fact about another, <c>mate: club &lt; plays
/// for</c> somebody of whom another is the answer. Nobody has two parts; a part that nobody can have stays open.
/// </summary>
internal static class Casting
{
    /// <summary>A scene with its cast.</summary>
    public static Scene Choose(Grammar grammar, Population world, Draws draws)
    {
        var scene = new Scene(world);
        foreach (var line in grammar["cast"])
        {
            var (slot, who, _) = Cut(line.Text, ":");
            var (from, relation, way) = Cut(who, ">", "<");
            IEnumerable<Entity?> candidates = way switch
            {
                ">" => scene.Entity(from) is { } one && world.Find(one.Name, relation) is { } fact
                    ? [world.Named(fact.Answer)]
                    : [],
                "<" => scene.Entity(from) is { } one
                    ? world.Answering(one.Name).Where(f => f.Relation == relation)
                        .Select(f => world.Named(f.Subject)) : [],
                _ => world.Of(from),
            };
            Entity[] free = [.. candidates.OfType<Entity>().Except(scene.Cast)];
            if (free.Length > 0) scene.Bind(slot, draws.Pick(free));
        }
        return scene;
    }

    private static (string Left, string Right, string? Sign) Cut(string text, params string[] signs)
    {
        foreach (string sign in signs)
            if (text.IndexOf(sign, StringComparison.Ordinal) is >= 0 and var at)
                return (text[..at].Trim(), text[(at + 1)..].Trim(), sign);
        return (text.Trim(), "", null);
    }
}
