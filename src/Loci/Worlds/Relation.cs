namespace Loci.Worlds;

/// <summary>A wording of a relation with its two slots, {s} and {a}.</summary>
internal sealed record FactTemplate(string Id, string Text);

/// <summary>A relation and its wordings.</summary>
internal sealed class Relation(string name)
{
    private static readonly Grammar s_noLists = new("relations");

    /// <summary>Its name: «born in».</summary>
    public string Name => name;

    /// <summary>Wordings of documents.</summary>
    public List<FactTemplate> Training { get; } = [];

    /// <summary>Wordings that no document uses.</summary>
    public List<FactTemplate> HeldOut { get; } = [];

    /// <summary>Wordings of one use.</summary>
    public List<FactTemplate> Templates(TemplateUse use) => use == TemplateUse.Training ? Training : HeldOut;

    /// <summary>
    /// Reads the relations of a text: <c>== name</c>, then a wording a line, <c>+</c> for training, <c>-</c> held out.
    /// </summary>
    public static List<Relation> Read(string text)
    {
        var relations = new List<Relation>();
        foreach (string raw in text.Split('\n'))
        {
            string line = raw.Trim();
            if (line.StartsWith("== ", StringComparison.Ordinal)) relations.Add(new(line[3..]));
            else if (line.StartsWith("+ ", StringComparison.Ordinal))
                relations[^1].Add(relations[^1].Training, "", line[2..]);
            else if (line.StartsWith("- ", StringComparison.Ordinal))
                relations[^1].Add(relations[^1].HeldOut, "held-out-", line[2..]);
        }
        return relations;
    }

    /// <summary>Says a fact in a wording; <see cref="Wording.AnswerMark"/> stands before the answer.</summary>
    public static string Say(string text, Population world, Fact fact)
    {
        var scene = new Scene(world);
        scene.Bind("s", world.Named(fact.Subject)!);
        string said = world.Said(fact);
        scene.Say("a", said[..^fact.Answer.Length] + Wording.AnswerMark + fact.Answer);
        return Wording.Finish(s_noLists.Expand(text, scene, new Draws(0)));
    }

    private void Add(List<FactTemplate> to, string use, string text) =>
        to.Add(new($"{name}/{use}{to.Count + 1}", text));
}
