using Loci.Reports;
using Loci.Tests;
using Loci.Training.Labs.Language;
using Loci.Torch.Runs;
using Loci.Training.Commands;
using static TorchSharp.torch;

namespace Loci.Training.Tests;

[Collection(nameof(TorchProcess))]
public class LanguageLabTests
{
    private const int Vocabulary = 300;

    [Fact]
    public void All_models_of_a_table_are_of_one_size()
    {
        foreach (var models in new[] { LanguageModel.Table, LanguageModel.Carried })
        {
            var runs = new LanguagePlan("x", models, 1, 4096, 2048).Runs();
            LanguagePlan.Check(runs, 2048);
            long[] sizes = [.. runs.Select(run => run.Parameters(2048))];
            Assert.InRange(sizes.Max() / (double)sizes.Min(), 1, 1.02);
        }
        var small = LanguageModel.Table[0];
        var large = small with { Name = "large",
            Attention =
                """{ "rule": "delta", "map": "silu", "normalization": "l2", "heads": 8, "key_size": 32, "value_size": 32 }""", Positions = "none" };
        var unlike = new LanguagePlan("x", [small, large], 1, 4096, 2048).Runs();
        Assert.Contains("large has", Assert.Throws<LociException>(() => LanguagePlan.Check(unlike, 2048)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("softmax", 2 * 256 * 256)] // layers · tokens · (128 of keys + 128 of values)
    [InlineData("linear-normalized-sum", 2 * 4 * (32 * 32 + 32))]
    [InlineData("linear-delta", 2 * 4 * 32 * 32)]
    [InlineData("dpfp-1-delta", 2 * 4 * 64 * 32)]
    [InlineData("favor-normalized-sum", 2 * 4 * (64 * 32 + 64))]
    [InlineData("gated-delta", 2 * 4 * 32 * 32)]
    public void What_a_text_keeps_is_counted(string name, long floats) =>
        Assert.Equal(floats, LanguageModel.Parse([name], LanguageModel.Table)[0].StateFloats);

    [Fact]
    public void A_stopped_table_ends_as_one_that_was_not()
    {
        using var folder = new TemporaryFolder();
        string first = Table(folder["one"], stop: false), second = Table(folder["two"], stop: true);
        Assert.Equal(first, second);
        Assert.StartsWith("model,seed,perplexity,loss,tokens,state,parameters\nlinear-normalized-sum,1,", first,
            StringComparison.Ordinal);

        static string Table(string stem, bool stop)
        {
            var (plan, text) = Tiny(stem, ["linear-normalized-sum", "linear-delta"]);
            var runs = plan.Runs();
            if (stop)
            {
                using var soon = new CancellationTokenSource();
                runs[0].WriteConfig();
                Assert.False(
                    TrainingRun.Train(runs[0].Config, text, null,
                        (_, progress) => { if (progress.Step == 2) soon.Cancel(); }, null, soon.Token));
                Assert.True(File.Exists(Path.Combine(runs[0].Config.Out, TrainingCheckpoint.FileName)));
                Assert.Null(new LabRuns(runs, text).Results());
            }
            var lab = new LabRuns(runs, text);
            Assert.True(lab.Lead(1, () => throw new InvalidOperationException("one process is enough"), default));
            var results = lab.Results()!;
            string[] lines = LanguageTable.Csv(results, Vocabulary).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            // All but the two times.
            string csv = string.Concat(
                lines.Select(
                    (line, i) => $"{string.Join(',', line.Split(',').Where((_, column) => column is not (5 or 6)))}\n"))
                .Replace("state_floats", "state", StringComparison.Ordinal);

            // Once more, nothing is trained: the same results, times included.
            Assert.True(new LabRuns(runs, text).Lead(1, () => throw new InvalidOperationException(), default));
            Assert.Equal(results, new LabRuns(runs, text).Results());
            string page = LanguageTable.Markdown(plan, results, "loci-train lab language", "Text", Vocabulary);
            Assert.Contains("| ELU+1 | one seed says nothing of chance |", page, StringComparison.Ordinal);
            return csv;
        }
    }

    [Fact]
    public void A_run_that_another_process_holds_is_left_to_it()
    {
        using var folder = new TemporaryFolder();
        var (plan, text) = Tiny(folder["table"], ["linear-normalized-sum"]);
        var runs = plan.Runs();
        runs[0].WriteConfig();
        using (runs[0].Claim())
        {
            Assert.Null(runs[0].Claim());
            Assert.Contains("held by another process",
                Assert.Throws<LociException>(() => new LabRuns(runs, text).Lead(1, () => new(), default)).Message,
                StringComparison.Ordinal);
        }
        Assert.True(new LabRuns(runs, text).Lead(1, () => new(), default));
    }

    [Fact]
    public void Runs_of_another_text_are_refused_not_mixed()
    {
        using var folder = new TemporaryFolder();
        var (plan, text) = Tiny(folder["table"], ["linear-normalized-sum"]);
        var runs = plan.Runs();
        Assert.True(new LabRuns(runs, text).Lead(1, () => new(), default));
        var other = text with { HeldOut = text.HeldOut[1..] };
        Assert.Contains("another text",
            Assert.Throws<LociException>(() => new LabRuns(runs, other).Lead(1, () => new(), default)).Message,
            StringComparison.Ordinal);
        var longer = (plan with { Tokens = 10 * LanguagePlan.TokensOfStep }).Runs();
        Assert.Contains("other settings",
            Assert.Throws<LociException>(() => new LabRuns(longer, text).Lead(1, () => new(), default)).Message,
            StringComparison.Ordinal);
        var world = new LabTextSource(null, null, 0.2, 9000);
        Assert.Contains("another table",
            Assert.Throws<LociException>(() => LabText.Write(world, plan.TextFolder)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_that_diverges_is_a_result()
    {
        using var folder = new TemporaryFolder();
        var (plan, text) = Tiny(folder["table"], ["linear-normalized-sum"]);
        var good = plan.Runs()[0];
        // Every step multiplies the weights by 1 − 10 · 10.
        var run = good with { Config =
            good.Config.With(
                t =>
                    t with { LearningRate = 10, MinRate = 10, Clip = 0, Warmup = 0, WeightDecay = 10, Steps = 60,
                        Batch = 1, Sequence = 16 }) };
        var lab = new LabRuns([run], text);
        Assert.True(lab.Lead(1, () => new(), default));
        string? message = lab.Results()![0].Diverged;
        Assert.StartsWith("Step ", message, StringComparison.Ordinal);
        Assert.True(new LabRuns([run], text).Lead(1, () => new(), default)); // known, and not tried again
        Assert.Equal(message, new LabRuns([run], text).Results()![0].Diverged);
        Assert.Contains("diverged", LanguageTable.Markdown(plan, lab.Results()!, "", "", Vocabulary),
            StringComparison.Ordinal);
        Assert.Null(good.Result(text.Hash)); // of other settings
    }

    [Fact]
    public void Tables_with_the_names_of_before_are_read()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(
            folder["table.csv"], $"{LanguageTable.Header}\nlinear-sum,1,48,3.8,8,1,1,8,8\nplain-sum,1,9,2,8,1,1,8,8\n");
        Assert.Equal(
            ["linear-normalized-sum", "plain-sum"], LanguageTable.Read(folder["table.csv"]).Select(row => row.Model));
        File.WriteAllText(
            folder["carried.csv"],
            $"{CarryOverRow.Header}\nsum,carried,0,16,5.5,5,6,8\ndelta,carried,0,16,3.6,3,4,8\n");
        Assert.Equal(["normalized-sum", "delta"], CarryOverRow.Read(folder["carried.csv"]).Select(row => row.Model));
        var parsed = LanguageModel.Parse(["favor-sum"], LanguageModel.Table);
        Assert.Equal("favor-normalized-sum", Assert.Single(parsed).Name);
    }

    [Fact]
    public void Carrying_is_measured_from_end_to_end()
    {
        using var folder = new TemporaryFolder();
        var (plan, text) = Tiny(folder["table"], ["normalized-sum", "delta", "window-16"], carry: true);
        var measured = CarryOver.Of(text.HeldOut, 128);
        var lab = new LabRuns(plan.Runs(), text, new(measured.Done, measured.Measure));
        Assert.True(lab.Lead(1, () => new(), default));
        var table = new CarryOverTable(lab.Results()!, measured);
        string[] lines = CarryOverRow.Csv(table.Rows).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1 + 3 * 2 * 4, lines.Length); // models · ways · ranges to 16, 32, 64, 128
        foreach (var model in table.Models)
        {
            var (carried, reset, change) = table.Whole(model);
            Assert.Equal(measured.Streams, carried.Count);
            Assert.Equal(carried.Mean - reset.Mean, change.Mean, 1e-9);
            // The first segment begins with an empty memory either way.
            Assert.Equal(table.Curve(model, PositionLoss.Reset)[0].Loss.Mean,
                table.Curve(model, PositionLoss.Carried)[0].Loss.Mean, 1e-5);
            Assert.NotEqual(0, change.Mean);
        }
        // What is drawn from the file is what was drawn from the runs.
        File.WriteAllText(folder["table.csv"], CarryOverRow.Csv(table.Rows));
        var figure = CarryOverFigure.Of("test", table.Rows);
        Assert.Equivalent(figure.Numbers(), DrawCommand.Of(folder["table.csv"], "test").Numbers(), strict: true);
        Assert.Equal(table.Models.Count(model => model.IsFast),
            figure.Curves.Count(curve => curve.Companions.Count > 0));
        FigureFiles.Save(figure, folder["figure"]);
        Assert.True(new FileInfo(folder["figure.png"]).Length > 1000);
    }

    /// <summary>Two steps a run, on a few thousand words of the world.</summary>
    private static (LanguagePlan Plan, TrainingText Text) Tiny(string stem, string[] models, bool carry = false)
    {
        var plan = new LanguagePlan(stem,
            LanguageModel.Parse(models, carry ? LanguageModel.Carried : LanguageModel.Table), 1,
            3 * LanguagePlan.TokensOfStep, Vocabulary)
        {
            Carry = carry, Segment = carry ? CarryOver.Segment : LanguageModel.Context, EvaluateTokens = 2048,
        };
        LabText.Write(new(null, null, 0.3, 6000), plan.TextFolder);
        set_num_threads(1);
        return (plan, TrainingText.Prepare(plan.Runs()[0].Config));
    }
}
