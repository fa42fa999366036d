namespace Loci.Worlds;

/// <summary>
/// A small world of which everything is known: people, places, organisations, works and products, the facts about them,
/// and texts that tell them. The same seed gives the same world, and the same text, on every machine.
/// </summary>
/// <remarks>
/// Every relation has wordings for documents and wordings that no document uses; whoever has read the documents and
/// completes the second kind knows the fact and not only the sentence.
/// </remarks>
public sealed class World
{
    // Of a hundred documents; the rest is prose, whose documents are long.
    private const int SingleFacts = 48, Entries = 35;

    private readonly Population _population;
    private readonly Dictionary<string, Relation> _relations;

    private World(Population population, List<Relation> relations) =>
        (_population, _relations) = (population, relations.ToDictionary(relation => relation.Name));

    /// <summary>All that is true, in a fixed order.</summary>
    public IReadOnlyList<Fact> Facts => _population.Facts;

    /// <summary>The world of a seed.</summary>
    public static World Create(ulong seed)
    {
        var relations = Relation.Read(WorldText.Read("relations"));
        return new(Settlement.Found(new Draws(seed)), relations);
    }

    /// <summary>
    /// Documents one after another, until their words are as many as asked for; made while they are read.
    /// </summary>
    /// <param name="seed">Other seeds tell the same facts in other texts.</param>
    /// <param name="words">Words and punctuation marks after which no new document begins.</param>
    public IEnumerable<WorldDocument> Documents(ulong seed, long words)
    {
        // The seed as it is, as for the world: the models that come along have read these texts, so they stay. At equal
        // seeds the texts draw the numbers that made the world, for other choices.
        var draws = new Draws(seed);
        var facts = new FactWriter(_population, _relations, draws);
        var prose = new ProseWriter(_population, facts, draws);
        for (long written = 0; written < words;)
        {
            int kind = draws.Below(100);
            var document = kind < SingleFacts
                ? facts.WriteOne()
                : kind < SingleFacts + Entries
                ? facts.WriteEntry()
                : prose.Write();
            written += document.Words;
            yield return document;
        }
    }

    /// <summary>
    /// Every fact in every wording of the one use or the other, cut before the answer; wordings that do
    /// not allow it are left out.
    /// </summary>
    /// <param name="use">Which wordings.</param>
    public IEnumerable<FactQuestion> Questions(TemplateUse use)
    {
        foreach (var fact in _population.Facts)
            foreach (var template in _relations[fact.Relation].Templates(use))
            {
                string text = Relation.Say(template.Text, _population, fact);
                int mark = text.IndexOf(Wording.AnswerMark, StringComparison.Ordinal);
                // A prompt must hold the subject: a wording that says the answer first asks for nothing.
                if (text.AsSpan(0, mark).Contains(fact.Subject, StringComparison.Ordinal))
                    yield return new(fact, template.Id, text[..mark].TrimEnd(), fact.Answer);
            }
    }
}
