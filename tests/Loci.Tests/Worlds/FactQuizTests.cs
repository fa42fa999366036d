using Loci.Models;
using Loci.Worlds;

namespace Loci.Tests.Worlds;

/// <summary>A model whose every answer is known: after «once upon a» the constructed one says «time».</summary>
public class FactQuizTests
{
    private static readonly Model s_model = Model.Open(Model.ConstructedName);

    private static FactQuestion Question(string answer, string relation = "after") =>
        new(new("once", relation, answer), "t", "once upon a", answer);

    [Fact]
    public void Right_and_wrong_answers_are_told_apart()
    {
        var replies = FactQuiz.Ask(
            s_model, [Question("time"), Question("the"), Question("tim"), Question("time the time")]);
        Assert.Equal([true, false, false, false], replies.Select(reply => reply.Right));
        Assert.All(replies, reply => Assert.StartsWith("time", reply.Said));
    }

    [Fact]
    public void Scores_are_by_relation_and_of_all()
    {
        var questions = Enumerable.Repeat(Question("time", "a"), 300).Append(Question("the", "b"))
            .Append(Question("time", "b")).ToList();
        int told = 0;
        var scores = FactScore.Of(
            FactQuiz.Ask(s_model, questions, new(2), new ImmediateProgress<int>(done => told = done)));
        Assert.Equal([new("a", 300, 300), new("b", 2, 1), new(FactScore.All, 302, 301)], scores);
        Assert.Equal(0.5, scores[1].Share);
        Assert.Equal(302, told);
    }

    [Fact]
    public void A_question_beyond_the_context_is_refused() =>
        Assert.Throws<LociException>(
            () => FactQuiz.Ask(
                s_model, [new(new("a", "b", "time"), "t", string.Join(' ', Enumerable.Repeat("the", 40)), "time")]));
}
