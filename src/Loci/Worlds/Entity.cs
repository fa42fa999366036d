namespace Loci.Worlds;

/// <summary>Somebody or something that has a name in the world.</summary>
/// <param name="Name">The name, unique in the world, without an article.</param>
/// <param name="Kind">What it is: «city», «club».</param>
/// <param name="Article">The name is said with «the».</param>
/// <param name="Pronoun">«he», «she», «it» or «they».</param>
internal sealed record Entity(string Name, string Kind, bool Article = false, string Pronoun = "it")
{
    /// <summary>The name as it stands within a sentence.</summary>
    public string Said => Article ? $"the {Name}" : Name;

    /// <summary>«his», «her», «its» or «their».</summary>
    public string Possessive => Pronoun switch { "he" => "his", "she" => "her", "they" => "their", _ => "its" };
}
