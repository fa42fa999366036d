namespace Loci.Worlds;

/// <summary>Founds a world: draws its names and decides what is true.</summary>
internal static class Settlement
{
    /// <summary>The world of these draws.</summary>
    public static Population Found(Draws draws)
    {
        var names = new Names(draws);
        var world = new Population();
        for (int i = 0; i < 40; i++) world.Add(names.City());
        var cities = new Deck<Entity>(world.Of("city"), draws);
        for (int i = 0; i < 280; i++)
        {
            var person = world.Add(names.Person());
            world.Add(person, "born in", cities.Deal().Name);
        }
        return world;
    }
}
