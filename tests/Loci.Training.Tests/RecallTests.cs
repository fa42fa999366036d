using CsCheck;
using Loci.Tests;
using Loci.Training.Labs.Language;
using Loci.Training.Labs.Recall;

namespace Loci.Training.Tests;

[Collection(nameof(TorchProcess))]
public class RecallTests
{
    [Fact]
    public void Every_key_asked_for_in_mqar_was_written_before_and_the_answer_is_its_value() =>
        Gen.Select(Gen.Int[1, 12], Gen.Int[0, 10], Gen.Int[0, 9], Gen.Int[0, 1000])
        .Sample((pairs, slack, spare, seed) =>
        {
            int length = 4 * pairs + 2 * slack, vocabulary = 2 * (pairs + 1) + spare, half = vocabulary / 2;
            var (tokens, rows, answers) = Read(new MqarTask(vocabulary, pairs, length, seed).Draw(3));
            Assert.Equal(3 * pairs, rows.Length);
            Assert.Equal(rows.Length, rows.Distinct().Count());
            for (int i = 0; i < rows.Length; i++)
            {
                int text = (int)rows[i] / length, at = (int)rows[i] % length;
                Assert.Equal(i / pairs, text);
                long[] all = tokens[(text * length)..((text + 1) * length)];
                long key = all[at];
                Assert.InRange(at, 2 * pairs, length - 1);
                Assert.InRange(key, 1, half - 1);
                int[] written = [.. Enumerable.Range(0, pairs).Where(pair => all[2 * pair] == key)];
                Assert.Equal(all[2 * Assert.Single(written) + 1], answers[i]);
                Assert.InRange(answers[i], half, vocabulary - 1);
            }
            // Each pair is asked for once, and no value is given twice in a text.
            for (int text = 0; text < 3; text++)
                Assert.Equal(pairs, answers.Skip(text * pairs).Take(pairs).Distinct().Count());
        }, iter: 100, threads: 1);

    [Fact]
    public void Questions_of_mqar_come_early_by_the_power_law()
    {
        // One question, two places with weights 1 and 2^(−0.99): the first is taken in 0.665 of the texts.
        const int Texts = 4000;
        var (_, rows, _) = Read(new MqarTask(64, 1, 6, 1).Draw(Texts));
        double first = rows.Count(row => row % 6 == 2) / (double)Texts, expected = 1 / (1 + Math.Pow(2, -0.99));
        Assert.InRange(first, expected - 0.03, expected + 0.03); // 4 standard deviations
        Assert.Contains(rows, row => row % 6 == 4);
    }

    [Fact]
    public void The_answer_in_overwrite_recall_is_the_latest_of_three_values()
    {
        const int Length = OverwriteTask.Length, Asked = OverwriteTask.Asked;
        var (tokens, rows, answers) = Read(new OverwriteTask(5).Draw(8));
        for (int i = 0; i < rows.Length; i++)
        {
            int text = (int)rows[i] / Length, at = (int)rows[i] % Length;
            Assert.Equal(i / Asked, text);
            List<long> written = [];
            for (int t = 0; t < Length - 2 * Asked; t += 2)
                if (tokens[text * Length + t] == tokens[rows[i]]) written.Add(tokens[text * Length + t + 1]);
            Assert.Equal(3, written.Count);
            Assert.Equal(written[^1], answers[i]);
            Assert.NotEqual(written[^2], written[^1]);
            Assert.Equal(answers[i], tokens[text * Length + at + 1]); // the text goes on with it
        }
        Assert.Equal(rows.Length, rows.Distinct().Count());
    }

    [Theory]
    [InlineData(128, 0, 64), InlineData(128, 17, 64), InlineData(128, 16, 65), InlineData(32, 16, 64)]
    public void Pairs_that_do_not_fit_are_refused(int vocabulary, int pairs, int length) =>
        Assert.Throws<ArgumentException>(() => new MqarTask(vocabulary, pairs, length, 1));

    [Fact]
    public void Every_model_has_a_network_for_both_tasks()
    {
        foreach (var setting in (RecallSetting[])[RecallSetting.Overwrite, RecallSetting.Mqar(32, 4, 16)])
        {
            foreach (string model in MqarModels.Names)
            {
                var result = RecallRun.Train(setting.Spec(model), setting.Texts, rate: 1e-2, seed: 1, steps: 2,
                    default);
                var (step, accuracy) = Assert.Single(result.Curve);
                Assert.Equal(2, step);
                Assert.InRange(accuracy, 0, 1);
            }
        }
        Assert.Contains("gated-delta",
            Assert.Throws<ArgumentException>(() => MqarModels.Create("delta-net", 1, 32, 16)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_small_recall_is_learned()
    {
        var setting = RecallSetting.Mqar(16, 2, 8);
        var result = RecallRun.Train(setting.Spec("dpfp-1-delta"), setting.Texts, rate: 1e-2, seed: 1, steps: 400,
            default);
        Assert.True(result.Curve[^1].Accuracy > 0.95, $"{result.Curve[^1]}"); // guessing among the text's values: 0.5
    }

    [Fact]
    public void Finished_trainings_are_not_run_again()
    {
        using var folder = new TemporaryFolder();
        string stem = folder["mqar"];
        var plan = new RecallPlan([RecallSetting.Mqar(16, 2, 8)], ["linear-delta", "linear-normalized-sum"],
            Seeds: 1, Steps: 2);
        Assert.Equal(0, RecallLab.Run(plan, stem, 0, 1, default));
        string[] first = File.ReadAllLines(stem + ".csv");
        Assert.Equal(3, first.Length);

        // The second training's line is cut off, as by a crash: that one alone is run again.
        File.WriteAllText(stem + ".csv", $"{first[0]}\n{first[1]}\n{first[2][..10]}");
        Assert.Equal(0, RecallLab.Run(plan, stem, 0, 1, default));
        string[] second = File.ReadAllLines(stem + ".csv");
        Assert.Equal(first[..2], second[..2]);
        Assert.Equal(3, second.Length);
        Assert.StartsWith(first[2][..24], second[2], StringComparison.Ordinal);
        Assert.Equal(2, RecallTable.Curve(stem, RecallTable.Read(stem)[1])[^1].Step);

        // Other settings are other trainings.
        Assert.Equal(0, RecallLab.Run(plan with { Steps = 3 }, stem, 0, 1, default));
        Assert.Equal(5, File.ReadAllLines(stem + ".csv").Length);
        Assert.True(new FileInfo(stem + "-mqar.png").Length > 1000);
    }

    [Fact]
    public void Tables_and_curves_with_the_names_of_before_are_read()
    {
        using var folder = new TemporaryFolder();
        string stem = folder["mqar"];
        var setting = RecallSetting.Mqar(16, 2, 8);
        // Written under a name of before, as a laboratory of before did.
        RecallTable.Append(stem, new(setting, "favor-sum", 1, 2, 0.5, 2, null, 1, 1), [(1, 0.25), (2, 0.5)]);
        var row = Assert.Single(RecallTable.Read(stem));
        Assert.Equal("favor-normalized-sum", row.Model);
        Assert.Equal([(1, 0.25), (2, 0.5)], RecallTable.Curve(stem, row));
        // What it holds is not trained again under the name of today.
        Assert.Equal(0, RecallLab.Run(new([setting], ["favor-normalized-sum"], 1, 2), stem, 0, 1, default));
        Assert.Equal(2, File.ReadAllLines(stem + ".csv").Length);
    }

    [Fact]
    public void The_recall_laboratory_calls_models_as_the_language_table_does() =>
        Assert.Equal(MqarModels.Names, LanguageModel.Table.Select(model => model.Name), StringComparer.Ordinal);

    [Fact]
    public void A_stopped_recall_leaves_no_result()
    {
        using var folder = new TemporaryFolder();
        var plan = new RecallPlan([RecallSetting.Mqar(16, 2, 8)], ["linear-delta"], Seeds: 1, Steps: 2);
        Assert.Equal(1, RecallLab.Run(plan, folder["mqar"], 0, 1, new(canceled: true)));
        Assert.False(File.Exists(folder["mqar.csv"]));
    }

    [Fact]
    public void The_summary_is_students_interval_and_the_median()
    {
        RecallRow Row(double accuracy, int? reached) =>
            new(RecallSetting.Overwrite, "linear-delta", 1, 600, accuracy, 600, reached, 1, 2);
        var summary = RecallSummary.Of("linear-delta", [Row(0.9, null), Row(0.99, 400), Row(0.96, 300)]);
        Assert.Equal(0.95, summary.Accuracy, 12);
        Assert.Equal(4.303 * 0.04582575694955840 / Math.Sqrt(3), summary.Half, 4); // deviations −5, 4, 1 hundredths
        Assert.Equal((2, 400.0), (summary.Reached, summary.Steps!.Value));
        Assert.Null(RecallSummary.Of("linear-delta", [Row(0.9, null), Row(0.99, 400)]).Steps);
        Assert.True(double.IsNaN(RecallSummary.Of("linear-delta", [Row(0.9, null)]).Half));
        // t(0.975) of 20 degrees of freedom is 2.0860.
        RecallRow[] many = [.. Enumerable.Range(0, 21).Select(i => Row(i, 1))];
        Assert.Equal(2.0860 * Math.Sqrt(38.5 / 21), RecallSummary.Of("linear-delta", many).Half, 3);
    }

    private static (long[] Tokens, long[] Rows, long[] Answers) Read(RecallBatch batch)
    {
        using (batch.Tokens)
        using (batch.Rows)
        using (batch.Answers)
            return (batch.Tokens.data<long>().ToArray(), batch.Rows.data<long>().ToArray(),
                batch.Answers.data<long>().ToArray());
    }
}
