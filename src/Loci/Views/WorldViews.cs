using System.Text.Json.Serialization;
using Loci.Studies.Statistics;
using Loci.Studies.Truth;
using Loci.Worlds;

namespace Loci.Views;

/// <summary>
/// What explains the triggers of the cells of one layer and pole: <c>loci world explain</c>, a list of them.
/// </summary>
/// <param name="Layer">The layer, from 0.</param>
/// <param name="Pole"><c>positive</c> or <c>negative</c>.</param>
/// <param name="Cells">Cells of the layer.</param>
/// <param name="Tested">Those with enough triggers; everything else is a mean or a share over them.</param>
/// <param name="TopicPurity">Share of a cell's triggers with the commonest topic.</param>
/// <param name="SuffixPurity">Share with the commonest last 1, 2, 3 and 4 words.</param>
/// <param name="TopicInformation">Normalised mutual information between being a trigger and the topic.</param>
/// <param name="TopicInformationByChance">The same of shuffled labels.</param>
/// <param name="SuffixInformation">Normalised mutual information between being a trigger and the suffix.</param>
/// <param name="SuffixInformationByChance">The same of shuffled labels.</param>
/// <param name="At95">Shares of verdicts at the 95th percentile of shuffled labels.</param>
/// <param name="At99">Shares of verdicts at the 99th.</param>
/// <param name="TopicFinder">
/// How well the pattern study finds the cells whose coefficient the passage's topic adds to; left out unless asked for.
/// </param>
/// <param name="TopicFinderByTriggers">
/// The same of the cells whose triggers the topic tells from others; left out likewise.
/// </param>
public sealed record TruthLayerView(
    int Layer, string Pole, int Cells, int Tested, double TopicPurity, IReadOnlyList<double> SuffixPurity,
    double TopicInformation,
    double TopicInformationByChance, double SuffixInformation, double SuffixInformationByChance,
    [property: JsonPropertyName("at_95")] VerdictsView At95, [property: JsonPropertyName("at_99")] VerdictsView At99,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TopicFinderView? TopicFinder = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    TopicFinderView? TopicFinderByTriggers = null)
{
    private const int LongestSuffix = 4;

    /// <summary>A layer and pole, measured.</summary>
    /// <param name="layer">The layer and pole.</param>
    /// <param name="byCoefficient">Scores of the pattern study's topics; empty: not asked for.</param>
    /// <param name="byTriggers">The same by triggers.</param>
    public static TruthLayerView Of(
        GroundTruthLayer layer, IReadOnlyList<TopicFinderScore> byCoefficient,
        IReadOnlyList<TopicFinderScore> byTriggers) => new(
        layer.Layer, ViewNames.Of(layer.Pole), layer.Cells, layer.Explained.Count, layer.Mean(cell => cell.TopicPurity),
        [.. Enumerable.Range(0, LongestSuffix).Select(length => layer.Mean(cell => cell.SuffixPurity[length]))],
        layer.Mean(cell => cell.Topic.Information), layer.Mean(cell => cell.Topic.ByChance),
        layer.Mean(cell => cell.Suffix.Information), layer.Mean(cell => cell.Suffix.ByChance),
        VerdictsView.Of(layer, 0.05), VerdictsView.Of(layer, 0.01),
        TopicFinderView.Of(layer, byCoefficient), TopicFinderView.Of(layer, byTriggers));
}

/// <summary>How well the pattern study finds the topical cells of one layer and pole.</summary>
/// <param name="Topical">Share of the cells that are topical.</param>
/// <param name="Precision">Share of the labelled ones that are.</param>
/// <param name="Recall">Share of those that are that are labelled.</param>
/// <param name="FalseAlarms">Share of the others that are labelled.</param>
public sealed record TopicFinderView(ShareView Topical, ShareView Precision, ShareView Recall, ShareView FalseAlarms)
{
    internal static TopicFinderView? Of(GroundTruthLayer layer, IReadOnlyList<TopicFinderScore> scores) =>
        scores.FirstOrDefault(score => score.Layer == layer.Layer && score.Pole == layer.Pole) is { } score
            ? new(ShareView.Of(score.Topical), ShareView.Of(score.Precision), ShareView.Of(score.Recall),
                ShareView.Of(score.FalseAlarms))
            : null;
}

/// <summary>A share of cells with its 95 % interval over stretches of text.</summary>
/// <param name="Value">The share; null where no cell was counted.</param>
/// <param name="Low">Lower end; null where fewer than two stretches were seen.</param>
/// <param name="High">Upper end, likewise.</param>
/// <param name="Cells">Cells counted.</param>
public sealed record ShareView(double? Value, double? Low, double? High, long Cells)
{
    internal static ShareView Of(Estimate share)
    {
        return new(Known(share.Value), Known(share.Low), Known(share.High), share.Count);

        static double? Known(double value) => double.IsFinite(value) ? value : null;
    }
}

/// <summary>Shares of the cells tested, by what explains their triggers.</summary>
/// <param name="Nothing">Neither suffix nor topic.</param>
/// <param name="Suffix">The suffix, and not the topic.</param>
/// <param name="Topic">The topic, and not the suffix.</param>
/// <param name="Both">Each beyond the other.</param>
/// <param name="Inseparable">One of them, and which cannot be told.</param>
public sealed record VerdictsView(double Nothing, double Suffix, double Topic, double Both, double Inseparable)
{
    internal static VerdictsView Of(GroundTruthLayer layer, double level) => new(
        layer.Share(ExplainedBy.Nothing, level), layer.Share(ExplainedBy.Suffix, level),
        layer.Share(ExplainedBy.Topic, level),
        layer.Share(ExplainedBy.Both, level), layer.Share(ExplainedBy.Inseparable, level));
}

/// <summary>How many facts of a world a model knows: <c>loci world quiz</c>.</summary>
/// <param name="Trained">In wordings it was trained on, by relation; <c>all</c> comes last.</param>
/// <param name="HeldOut">In wordings it has never seen.</param>
/// <param name="Failures">Wrong answers, as many as were asked for.</param>
public sealed record QuizView(IReadOnlyList<ScoreView> Trained, IReadOnlyList<ScoreView> HeldOut,
    IReadOnlyList<FailureView> Failures)
{
    /// <summary>A quiz, scored.</summary>
    public static QuizView Of(IReadOnlyList<FactScore> trained, IReadOnlyList<FactScore> heldOut,
        IEnumerable<FactReply> wrong) => new(
        [.. trained.Select(ScoreView.Of)], [.. heldOut.Select(ScoreView.Of)],
        [.. wrong.Select(
            reply =>
                new FailureView(reply.Question.Prompt, reply.Question.Answer, reply.Said, reply.Question.Template))]);
}

/// <summary>The questions about one relation.</summary>
/// <param name="Relation">The relation, or <c>all</c>.</param>
/// <param name="Asked">Questions asked.</param>
/// <param name="Right">Those answered rightly.</param>
/// <param name="Share">Their share; 0 where nothing was asked.</param>
public sealed record ScoreView(string Relation, int Asked, int Right, double Share)
{
    internal static ScoreView Of(FactScore score) => new(score.Relation, score.Asked, score.Right, score.Share);
}

/// <summary>A question answered wrongly.</summary>
/// <param name="Prompt">The question.</param>
/// <param name="Answer">The right answer.</param>
/// <param name="Said">What the model said.</param>
/// <param name="Template">The wording.</param>
public sealed record FailureView(string Prompt, string Answer, string Said, string Template);

/// <summary>A text of a world, written: <c>loci world write</c>.</summary>
/// <param name="Documents">Its documents.</param>
/// <param name="Sentences">Its sentences.</param>
/// <param name="SentencesWithFacts">Those that state facts.</param>
/// <param name="Words">Words and punctuation marks.</param>
public sealed record WorldTextView(long Documents, long Sentences, long SentencesWithFacts, long Words);

/// <summary>The truth about one sentence: a line of what <c>loci world write --truth</c> writes.</summary>
/// <param name="Topic">What its passage is about.</param>
/// <param name="Template">Its wording.</param>
/// <param name="Facts">The facts it states.</param>
public sealed record SentenceView(string Topic, string Template, IReadOnlyList<FactView> Facts)
{
    /// <summary>A sentence of a world.</summary>
    public static SentenceView Of(WorldSentence sentence) => new(
        sentence.Topic, sentence.Template,
        [.. sentence.Facts.Select(fact => new FactView(fact.Subject, fact.Relation, fact.Answer))]);
}

/// <summary>A fact.</summary>
/// <param name="Subject">What it is about.</param>
/// <param name="Relation">The relation.</param>
/// <param name="Answer">The other end.</param>
public sealed record FactView(string Subject, string Relation, string Answer);
