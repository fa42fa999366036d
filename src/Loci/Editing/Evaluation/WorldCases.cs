using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Worlds;

namespace Loci.Editing;

/// <summary>
/// Edits of a generated world whose truth is known: every fact that a model knows, a false answer of the same kind, all
/// other wordings in which the model knows it, and facts of the same relation beside it.
/// </summary>
public sealed class WorldCases
{
    private const int MostParaphrases = 6, MostNeighbours = 10;

    private readonly Dictionary<Fact, FactQuestion[]> _known;   // wordings in which the model knows it, at least one
    private readonly ILookup<string, Fact> _byRelation;
    private readonly FactQuestion[] _questions;

    private WorldCases(Dictionary<Fact, FactQuestion[]> known, FactQuestion[] questions)
    {
        (_known, _questions) = (known, questions);
        _byRelation = known.Keys.ToLookup(fact => fact.Relation);
    }

    /// <summary>The facts that the model knows, in the world's order.</summary>
    public IReadOnlyCollection<Fact> Known => _known.Keys;

    /// <summary>Asks a model every question of a world.</summary>
    /// <param name="model">The base.</param>
    /// <param name="world">The world.</param>
    /// <param name="compute">Threads to use, and what ends it early.</param>
    public static WorldCases Of(Model model, World world, Compute compute = default) =>
        Of(model, Questions(world), compute);

    /// <summary>
    /// The cases of requests that are questions of a world, in their order; requests that are none, or whose fact the
    /// model does not know, have no case. Only questions of their relations are asked.
    /// </summary>
    /// <param name="model">The base.</param>
    /// <param name="world">The world.</param>
    /// <param name="requests">What is to be written.</param>
    /// <param name="compute">Threads to use, and what ends it early.</param>
    public static IReadOnlyList<EditCase> Of(
        Model model, World world, IReadOnlyList<EditRequest> requests, Compute compute = default)
    {
        FactQuestion[] all = Questions(world);
        var asked = requests.Select(request => request.Prompt.TrimEnd()).ToHashSet();
        var relations = all.Where(question => asked.Contains(question.Prompt))
            .Select(question => question.Fact.Relation).ToHashSet();
        var cases = Of(model, [.. all.Where(q => relations.Contains(q.Fact.Relation))], compute);
        return [.. requests.Select(cases.Of).OfType<EditCase>()];
    }

    private static FactQuestion[] Questions(World world) =>
        [.. world.Questions(TemplateUse.Training), .. world.Questions(TemplateUse.HeldOut)];

    private static WorldCases Of(Model model, FactQuestion[] questions, Compute compute)
    {
        var answers = EditEvaluation.Ask(model, questions.Select(q => (q.Prompt, q.Answer)), compute);
        var known = questions.Zip(answers).Where(pair => pair.Second.Said).Select(pair => pair.First)
            .GroupBy(question => question.Fact).ToDictionary(group => group.Key, group => group.ToArray());
        return new(known, questions);
    }

    /// <summary>
    /// Different facts, drawn at random, each with a false answer that another subject of its relation has.
    /// </summary>
    /// <param name="count">How many; fewer where fewer are known.</param>
    /// <param name="seed">Decides the draws.</param>
    /// <param name="draw">Which of several draws.</param>
    public IReadOnlyList<EditCase> Draw(int count, int seed, int draw = 0)
    {
        var random = RandomStream.Of(seed, "edits of a world", draw);
        Fact[] facts = [.. _known.Keys.Where(fact => Others(fact).Length > 0)];
        random.Shuffle(facts);
        return [.. facts.Take(count).Select(fact => Case(fact, Others(fact)[random.Next(Others(fact).Length)],
            random))];
    }

    /// <summary>The case of a request that is a question of the world; null for any other.</summary>
    public EditCase? Of(EditRequest request)
    {
        string prompt = request.Prompt.TrimEnd();
        var question = _questions.FirstOrDefault(q => q.Prompt == prompt);
        if (question is null || !_known.TryGetValue(question.Fact, out var wordings)) return null;
        var random = RandomStream.Of(1, "neighbours of a request");
        return Case(question.Fact, request.Target.Trim(), random) with
        {
            Request = request,
            Paraphrases = [.. wordings.Select(q => q.Prompt).Where(p =>
                p != prompt).Take(MostParaphrases)],
        };
    }

    /// <summary>One question for every known fact but some, with its true answer.</summary>
    /// <param name="but">Facts, by subject and relation, that are left out.</param>
    public IEnumerable<PromptAnswer> AllBut(IReadOnlySet<string> but) => _known
        .Where(pair => !but.Contains(Id(pair.Key)))
        .Select(pair => new PromptAnswer(pair.Value[0].Prompt, pair.Value[0].Answer));

    private EditCase Case(Fact fact, string answer, Random random)
    {
        var wordings = _known[fact];
        Fact[] near = [.. _byRelation[fact.Relation].Where(other => other != fact && other.Answer != answer)];
        random.Shuffle(near);
        return new(Id(fact), new(wordings[0].Prompt, fact.Subject, " " + answer))
        {
            Before = " " + fact.Answer,
            Paraphrases = [.. wordings.Skip(1).Take(MostParaphrases).Select(q => q.Prompt)],
            Neighbours = [.. near.Take(MostNeighbours).Select(other =>
                new PromptAnswer(_known[other][0].Prompt, " " + other.Answer) { Subject = other.Subject })],
        };
    }

    private string[] Others(Fact fact) =>
        [.. _byRelation[fact.Relation].Select(other => other.Answer).Where(a => a != fact.Answer).Distinct()];

    private static string Id(Fact fact) => $"{fact.Subject} / {fact.Relation}";
}
