using CsCheck;
using Loci.Memory.Recall;
using Loci.Models;
using Loci.Models.Constructed;
using Loci.Tracing;

namespace Loci.Tests.Models;

public class PromptTraceTests
{
    [Fact]
    public void Parts_sum_to_the_logit_and_cells_to_their_layers() => Gen.Int[0, 10_000].Sample(seed =>
    {
        var (model, tokens) = Case(seed);
        int answer = seed % model.Spec.Vocabulary, other = (answer + 1) % model.Spec.Vocabulary;
        var run = PromptRun.Of(model.Transformer, tokens);
        var alone = PromptTrace.Of(run, answer);
        var apart = PromptTrace.Of(run, answer, other);

        // Float32 against float64 over sums of a few hundred terms of size 1.
        Assert.Equal(run.Logits[answer], alone.Explained, 1e-3);
        Assert.Equal(alone.Logit, alone.Explained, 1e-3);
        Assert.Equal(alone.Explained - PromptTrace.Of(run, other).Explained, apart.Explained, 1e-9);
        Assert.Equal(alone.Parts.Cells.Sum(l => l.Sum()), alone.Cells.Sum(c => c.Contribution), 1e-9);
        Assert.All(alone.Cells, c => Assert.Equal(alone.Parts.Cells[c.Cell.Layer][c.Cell.Index], c.Contribution));
        Assert.All(alone.Cells, c =>
            Assert.Equal(model.Spec.HasGatedCells && c.Coefficient < 0, c.Cell.Pole == Pole.Negative));
        Assert.Equal(
            alone.Cells.OrderByDescending(c => c.Contribution).Select(c => c.Contribution),
            alone.Cells.Select(c => c.Contribution));
        Assert.Equal(alone.Cells.Count(c => c.Contribution < 0), alone.Opposing(int.MaxValue).Count());
    }, iter: 100);

    [Fact]
    public void Steps_are_what_the_stream_would_say_and_a_position_is_the_prompt_cut_there() =>
        Gen.Int[0, 10_000].Sample(seed =>
    {
        var (model, tokens) = Case(seed);
        int position = seed % tokens.Length;
        var trace = PromptTrace.Of(PromptRun.Of(model.Transformer, tokens, position, new(2)));
        var cut = PromptTrace.Of(PromptRun.Of(model.Transformer, tokens[..(position + 1)]));
        Assert.Equal(cut.Steps, trace.Steps);
        Assert.Equal(cut.Cells, trace.Cells);

        var spec = model.Spec;
        var pass = new Recording(TapName.All(spec));
        pass.Run(model.Transformer, Batch.Of(tokens));
        Check(trace.Steps[0], pass[TapPoint.ResidualBefore, 0], -1, false);
        for (int l = 0; l < spec.Layers; l++)
        {
            Check(trace.Steps[2 * l + 1], pass[TapPoint.ResidualMiddle, l], l, false);
            Check(trace.Steps[2 * l + 2], pass[TapPoint.ResidualAfter, l], l, true);
        }
        Assert.Equal((trace.Answer, 1), (trace.Steps[^1].Top.Id, trace.Steps[^1].AnswerRank));

        void Check(TraceStep step, float[] stream, int layer, bool afterFeedForward)
        {
            float[] logits = new float[spec.Vocabulary];
            model.Transformer.Logits(stream.AsSpan(position * spec.Width, spec.Width), logits);
            Assert.Equal((layer, afterFeedForward), (step.Layer, step.AfterFeedForward));
            Assert.Equal(ScoredToken.Best(logits, 1)[0], step.Top);
            double[] e = [.. logits.Select(x => Math.Exp(x))];
            Assert.Equal(e[trace.Answer] / e.Sum(), step.AnswerProbability, 1e-12);
            Assert.Equal(e.Max() / e.Sum(), step.TopProbability, 1e-12);
            int[] order = [.. Enumerable.Range(0, logits.Length).OrderByDescending(t => logits[t]).ThenBy(t => t)];
            Assert.Equal(Array.IndexOf(order, trace.Answer) + 1, step.AnswerRank);
        }
    }, iter: 50);

    [Fact]
    public void Built_cells_are_found_with_what_they_were_built_to_add()
    {
        var model = Model.Open(Model.ConstructedName);
        var trace = PromptTrace.Of(PromptRun.Of(model.Transformer, model.Encode("once upon a")));
        // A coefficient of one half is worth four nats; faint slots in the norm cost 1e-3 of that.
        var built = ConstructedModel.Instance.Cells.Where(
            c => c.Kind == PatternKind.Suffix && c.Promotes == trace.Answer).Select(c => c.Cell);
        Assert.Equal(built, trace.Cells.Select(c => c.Cell));
        Assert.All(trace.Cells, c => Assert.Equal(4, c.Contribution, 0.02));
        Assert.All(trace.Cells, c => Assert.Equal(0.5, c.Coefficient, 0.002));
    }

    [Fact]
    public void A_soft_cap_lies_between_the_parts_and_the_logit()
    {
        var transformer = Model.Open(Golden.Folder("gemma2")).Transformer;
        var trace = PromptTrace.Of(PromptRun.Of(transformer, Golden.Load("gemma2").Ids));
        double cap = transformer.Spec.Head.SoftCap;
        Assert.True(cap > 0);
        Assert.Equal(trace.Logit, cap * Math.Tanh(trace.Explained / cap), 1e-4);
    }

    [Fact]
    public void What_does_not_exist_is_refused()
    {
        var (model, tokens) = Case(1);
        Assert.Contains(
            "position",
            Assert.Throws<LociException>(() => PromptRun.Of(model.Transformer, tokens, tokens.Length)).Message);
        var run = PromptRun.Of(model.Transformer, tokens);
        Assert.Contains(
            "vocabulary", Assert.Throws<LociException>(() => PromptTrace.Of(run, model.Spec.Vocabulary)).Message);
        Assert.Contains("against itself", Assert.Throws<LociException>(() => PromptTrace.Of(run, 3, 3)).Message);
    }

    private static (Model Model, int[] Tokens) Case(int seed)
    {
        var model = RandomModel.Create(seed);
        var random = new Random(seed);
        return (model, [.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => random.Next(model.Spec.Vocabulary))]);
    }
}
