using Loci.Atlas;
using Loci.Models;
using Loci.Studies.Truth;
using Loci.Tracing;
using Loci.Worlds;

namespace Loci.Views;

/// <summary>
/// What there is to see in a model of a known world: what it knows, a cell that holds words and one that holds a topic,
/// and how one answer comes about.
/// </summary>
public sealed class WorldTour
{
    /// <summary>Level of the verdicts: the 95th percentile of shuffled labels.</summary>
    public const double Level = 0.05;

    private const int QuestionsPerRelation = 4;
    private const double OneTopic = 0.9;

    private readonly IReadOnlyList<WorldSentence> _sentences;

    private WorldTour(
        Model model, AtlasFile atlas, World world, IReadOnlyList<WorldSentence> sentences,
        IReadOnlyList<GroundTruthLayer> truth)
    {
        (Model, Atlas, _sentences, Truth, Facts) = (model, atlas, sentences, truth, world.Facts.Count);
        var questions = world.Questions(TemplateUse.HeldOut)
            .GroupBy(question => question.Fact.Relation)
            .SelectMany(group => group.DistinctBy(question => question.Fact).Take(QuestionsPerRelation));
        Replies = FactQuiz.Ask(model, questions);
        Known = Replies.FirstOrDefault(reply => reply.Right);
        if (Known is { } known)
            Trace = PromptTrace.Of(PromptRun.Of(model.Transformer, model.Encode(known.Question.Prompt)));

        // The clearest to look at: always the same two words, in passages of all kinds, and a value
        // that knows what comes next.
        Shallow = Cells(cell => cell.Verdict(Level) == ExplainedBy.Suffix)
            .MaxBy(cell => cell.SuffixPurity[1] * (1 - cell.TopicPurity) * Agreeing(cell.Cell));
        // Nearly always the same topic, in the most different sentences and words; by the
        // verdict that the table counts.
        Semantic = Topical(ExplainedBy.Topic) ?? Topical(ExplainedBy.Both);
    }

    /// <summary>The model.</summary>
    public Model Model { get; }

    /// <summary>Its atlas over the world's text.</summary>
    public AtlasFile Atlas { get; }

    /// <summary>What the truth says about the cells, by layer and pole.</summary>
    public IReadOnlyList<GroundTruthLayer> Truth { get; }

    /// <summary>Facts of the world.</summary>
    public int Facts { get; }

    /// <summary>The model's answers to some questions of every relation, in wordings it has never seen.</summary>
    public IReadOnlyList<FactReply> Replies { get; }

    /// <summary>One right answer; null where there is none.</summary>
    public FactReply? Known { get; }

    /// <summary>That answer, traced.</summary>
    public PromptTrace? Trace { get; }

    /// <summary>A cell for words; null where there is none.</summary>
    public TriggerExplanation? Shallow { get; }

    /// <summary>
    /// A cell whose triggers the topic alone tells from others, or, where there is none, one whose triggers the topic
    /// and the words each do: its verdict says which. Null where there is neither.
    /// </summary>
    public TriggerExplanation? Semantic { get; }

    /// <summary>Asks the model what it knows, and picks what to show.</summary>
    /// <param name="model">A model of the world.</param>
    /// <param name="atlas">Its atlas over a text of the world.</param>
    /// <param name="world">The world.</param>
    /// <param name="sentences">That text.</param>
    /// <param name="truth">What it says about the cells.</param>
    public static WorldTour Of(
        Model model, AtlasFile atlas, World world, IReadOnlyList<WorldSentence> sentences,
        IReadOnlyList<GroundTruthLayer> truth) =>
        new(model, atlas, world, sentences, truth);

    /// <summary>The commonest topic among the wordings that fire a cell, and how many of them are of it.</summary>
    public (string Topic, int Wordings) CommonestTopic(CellId cell)
    {
        var topic = Wordings(cell).CountBy(wording => wording.Topic).MaxBy(pair => pair.Value);
        return (topic.Key, topic.Value);
    }

    /// <summary>The tour as a view.</summary>
    /// <param name="top">Most cells of the trace, for the answer and against it.</param>
    public DemoView View(int top) => new(
        Model.Name, Atlas.Path, Atlas.Manifest.Sentences, Atlas.Manifest.Prefixes, Replies.Count,
        Replies.Count(reply => reply.Right),
        ShownCellView.Of(Shallow), ShownCellView.Of(Semantic),
        [.. Truth.Select(layer => ExplainedLayerView.Of(layer, Level))],
        Trace is null ? null : TraceView.Of(Trace, Model, Atlas, top));

    private TriggerExplanation? Topical(ExplainedBy verdict) =>
        Cells(cell => cell.Verdict(Level) == verdict && cell.TopicPurity >= OneTopic)
            .MaxBy(cell => (1 - cell.SuffixPurity[0]) * Wordings(cell.Cell).Count());

    // What the sentences that fire a cell were made from, and of which topic they are.
    private IEnumerable<(string Topic, string Template)> Wordings(CellId cell) => Atlas.Triggers(cell)
        .Select(trigger => _sentences[(int)trigger.Sentence])
        .Select(sentence => (sentence.Topic, sentence.Template))
        .Distinct();

    private IEnumerable<TriggerExplanation> Cells(Func<TriggerExplanation, bool> kind) =>
        Truth.SelectMany(layer => layer.Explained).Where(kind);

    private double Agreeing(CellId cell) => Atlas.Agreement(cell)
        .Where(agreement => agreement.Readout == Readout.Folded)
        .Sum(agreement => (double)agreement.Agreeing / Math.Max(1, agreement.Counted));
}
