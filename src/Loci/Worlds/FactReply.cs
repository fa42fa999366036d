namespace Loci.Worlds;

/// <summary>What a model answered to a question.</summary>
/// <param name="Question">The question.</param>
/// <param name="Said">
/// What the model said, as far as it was heard: to the end of the answer, or to its first mistake.
/// </param>
/// <param name="Right">The answer was said.</param>
public sealed record FactReply(FactQuestion Question, string Said, bool Right);

/// <summary>How many questions of one kind were answered.</summary>
/// <param name="Relation">The relation, or «all».</param>
/// <param name="Asked">Questions.</param>
/// <param name="Right">Those answered rightly.</param>
public sealed record FactScore(string Relation, int Asked, int Right)
{
    /// <summary>The relation that stands for all of them.</summary>
    public const string All = "all";

    /// <summary>Share answered rightly, 0 where nothing was asked.</summary>
    public double Share => Asked == 0 ? 0 : (double)Right / Asked;

    /// <summary>The score of every relation in the order of first replies, and last of all of them.</summary>
    public static IReadOnlyList<FactScore> Of(IReadOnlyList<FactReply> replies) =>
    [
        .. replies.GroupBy(reply => reply.Question.Fact.Relation)
            .Select(group => new FactScore(group.Key, group.Count(), group.Count(reply => reply.Right))),
        new(All, replies.Count, replies.Count(reply => reply.Right)),
    ];
}
