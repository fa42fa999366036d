using System.Net;
using Loci.Models;
using Loci.Models.Generation;
using Loci.Tracing;
using Loci.Views;

namespace Loci.Server.Tests;

/// <summary>Prompts, switches and generated text, against the library's own passes.</summary>
public sealed class PromptTests(OpenWorkbench open) : IClassFixture<OpenWorkbench>
{
    /// <summary>float32 over a few hundred sums, and numbers printed with 17 digits.</summary>
    private const double Rounding = 1e-5;

    [Fact]
    public async Task A_trace_is_that_of_the_command_line_and_its_parts_sum_to_the_logit()
    {
        int[] tokens = [.. open.Model.Encode("once upon a")];
        var trace = PromptTrace.Of(PromptRun.Of(open.Model.Transformer, tokens));
        var served = await OpenWorkbench.Post(open.Client, "/api/trace", new { prompt = "once upon a" });
        Assert.Equal(TokenNames.Text(open.Model, trace.Answer), (string)served["answer"]!["token"]!);
        var parts = served["parts"]!;
        double sum = (double)parts["embedding"]! + (double)parts["constant"]!
            + parts["attention"]!.AsArray().Sum(each => (double)each!)
            + parts["cells"]!.AsArray().Sum(each => (double)each!)
            + parts["feed_forward_bias"]!.AsArray().Sum(each => (double)each!);
        Assert.Equal((double)served["logit"]!, sum, Rounding * Math.Max(1, Math.Abs(sum)));
    }

    [Fact]
    public async Task The_attribution_of_all_cells_is_that_of_the_library_and_of_no_changed_model()
    {
        int[] tokens = [.. open.Model.Encode("once upon a")];
        var trace = PromptTrace.Of(PromptRun.Of(open.Model.Transformer, tokens));
        var expected = CellAttribution.Of(trace).Cells.Take(6).ToArray();
        var served = await OpenWorkbench.Post(
            open.Client, "/api/trace", new { prompt = "once upon a", attribution = true, top = 3 });
        var cells = served["attribution"]!.AsArray();
        Assert.Equal(expected.Select(cell => $"{cell.Cell}"), cells.Select(cell => (string)cell!["cell"]!));
        Assert.Equal(expected.Select(cell => cell.Gradient), cells.Select(cell => (double)cell!["gradient"]!));
        Assert.Null(
            (await OpenWorkbench.Post(open.Client, "/api/trace", new { prompt = "once upon a" }))["attribution"]);
        using var refused = await OpenWorkbench.Send(
            open.Client, "/api/trace", new { prompt = "once upon a", set = "L1/0=0", attribution = true });
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task The_lens_ends_with_what_the_model_answers_at_every_token()
    {
        int[] tokens = [.. open.Model.Encode("once upon a time")];
        var pass = new Recording(TapName.ParseList("logits", open.Model.Spec));
        pass.Run(open.Model.Transformer, Batch.Of(tokens));
        float[] logits = pass[TapPoint.Logits];
        var served = await OpenWorkbench.Post(open.Client, "/api/lens", new { prompt = "once upon a time" });
        int vocabulary = open.Model.Spec.Vocabulary;
        for (int t = 0; t < tokens.Length; t++)
        {
            int best = ScoredToken.Best(logits.AsSpan(t * vocabulary, vocabulary), 1)[0].Id;
            var steps = served["positions"]![t]!["steps"]!.AsArray();
            Assert.Equal(open.Model.Spec.Layers + 1, steps.Count);
            Assert.Equal(best, (int)steps[^1]!["id"]!);
            Assert.Equal(1, (int)steps[^1]!["answer_rank"]!);
        }
    }

    [Fact]
    public async Task Attention_rows_sum_to_one_and_see_nothing_later()
    {
        var served = await OpenWorkbench.Post(
            open.Client, "/api/attention", new { prompt = "once upon a time", layer = 0 });
        int n = served["tokens"]!.AsArray().Count;
        foreach (var head in served["heads"]!.AsArray())
            for (int row = 0; row < n; row++)
            {
                double[] weights = [.. Enumerable.Range(0, n).Select(key => (double)head![row * n + key]!)];
                Assert.Equal(1, weights.Sum(), 1e-3); // each is rounded to four digits
                Assert.All(weights.Skip(row + 1), weight => Assert.Equal(0, weight));
            }
    }

    [Fact]
    public async Task A_switch_does_what_an_intervention_does()
    {
        int[] tokens = [.. open.Model.Encode("once upon a")];
        var intact = PromptTrace.Of(PromptRun.Of(open.Model.Transformer, tokens));
        var cell = intact.Cells[0].Cell;
        var without = PromptRun.Of(
            open.Model.Transformer, tokens, intervention: Intervention.SetCell(open.Model.Spec, cell, 0));
        double expected = LogProbability(without.Logits, intact.Answer)
            - LogProbability(intact.Run.Logits, intact.Answer);
        var served = await OpenWorkbench.Post(
            open.Client, "/api/switch", new { prompt = "once upon a", set = $"{cell}=0" });
        Assert.Equal(expected, (double)served["effect"]!, Rounding);
        var controls = served["controls"]!.AsArray();
        Assert.Equal(SwitchRun.Draws, controls.Count);
        Assert.All(controls, control =>
        {
            string change = (string)control!["set"]![0]!;
            Assert.StartsWith($"L{cell.Layer}/", change);
            Assert.NotEqual($"{cell}=0", change);
        });
        int asStrong = controls.Count(control => Math.Abs((double)control!["effect"]!) >= Math.Abs(expected));
        Assert.Equal(asStrong, (int)served["as_strong"]!);
    }

    [Fact]
    public async Task A_control_does_what_its_own_change_does_alone()
    {
        var cell = PromptTrace.Of(
            PromptRun.Of(open.Model.Transformer, open.Model.Encode("once upon a"))).Cells[0].Cell;
        var switched = await OpenWorkbench.Post(
            open.Client, "/api/switch", new { prompt = "once upon a", set = $"{cell}=0" });
        var control = switched["controls"]![3]!;
        var alone = await OpenWorkbench.Post(
            open.Client, "/api/switch", new { prompt = "once upon a", set = (string)control["set"]![0]! });
        Assert.Equal((double)control["effect"]!, (double)alone["effect"]!, Rounding);
    }

    [Fact]
    public async Task A_head_that_is_switched_off_reads_nothing()
    {
        var spec = open.Model.Spec;
        int[] tokens = [.. open.Model.Encode("once upon a")];
        var name = new TapName(TapPoint.HeadOutputs, 0);
        var pass = new Recording([name]);
        pass.Run(
            open.Model.Transformer, Batch.Of(tokens),
            CoefficientChange.Tap(CoefficientChange.ParseList("L0.h0=0", spec)));
        float[] read = pass[TapPoint.HeadOutputs];
        int heads = ((Models.Blocks.SoftmaxSpec)spec.Blocks[0].Mixer).Heads, size = name.RowLength(spec) / heads;
        for (int row = 0; row < tokens.Length; row++)
        {
            Assert.All(read.Skip(row * heads * size).Take(size), value => Assert.Equal(0, value));
            if (heads > 1) Assert.Contains(read.Skip(row * heads * size + size).Take(size), value => value != 0);
        }
        var served = await OpenWorkbench.Post(
            open.Client, "/api/trace", new { prompt = "once upon a", set = "L0.h0=0" });
        Assert.Equal("L0.h0=0", (string)served["set"]![0]!["change"]!);
    }

    [Theory]
    [InlineData("L0.h99=0", "has heads 0 to")]
    [InlineData("L0.hx=0", "is not a change")]
    [InlineData("L99=0", "the model has layers")]
    [InlineData("what", "is not a change")]
    [InlineData("", "nothing to switch")]
    public async Task What_cannot_be_switched_is_said(string set, string part)
    {
        var response = await OpenWorkbench.Send(open.Client, "/api/switch", new { prompt = "once", set });
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(part, (string)(await OpenWorkbench.Read(response))["error"]!);
    }

    [Theory]
    [InlineData("{\"prompt\":\"once\",\"ids\":[1]}")]
    [InlineData("{}")]
    [InlineData("{\"ids\":[99999]}")]
    [InlineData("not json")]
    [InlineData("{\"prompt\":\"once\",\"why\":\"no such token\"}")]
    public async Task A_bad_prompt_is_the_askers_fault(string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var response = await open.Client.PostAsync("/api/trace", content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.NotEmpty((string)(await OpenWorkbench.Read(response))["error"]!);
    }

    [Fact]
    public async Task Texts_grow_side_by_side_as_sessions_make_them()
    {
        const int Made = 6;
        var response = await OpenWorkbench.Send(
            open.Client, "/api/generate",
            new { prompt = "once upon a", set = "L1/0=0", control = "L1/1=0", max_tokens = Made });
        var pieces = (await OpenWorkbench.Events(response)).Where(each => each.Name == "piece").ToList();
        (string, string?)[] lanes = [("before", null), ("after", "L1/0=0"), ("control", "L1/1=0")];
        foreach (var (lane, set) in lanes)
        {
            var session = new Session(open.Model.Transformer)
            {
                Tap = set is null ? null : CoefficientChange.Tap(CoefficientChange.ParseList(set, open.Model.Spec)),
            };
            session.Read([.. open.Model.Encode("once upon a")]);
            int[] expected = [.. session.Generate(Sampler.Greedy, Made, open.Model.Spec.EndOfSequence.ToHashSet())];
            Assert.Equal(
                expected,
                pieces.Where(piece => (string)piece.Data["lane"]! == lane).Select(piece => (int)piece.Data["id"]!));
        }
    }

    private static double LogProbability(ReadOnlySpan<float> logits, int token)
    {
        double most = logits[0], sum = 0;
        foreach (float logit in logits) most = Math.Max(most, logit);
        foreach (float logit in logits) sum += Math.Exp(logit - most);
        return logits[token] - most - Math.Log(sum);
    }
}
