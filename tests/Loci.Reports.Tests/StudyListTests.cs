using System.Text.Json;
using System.Text.Json.Serialization;
using Loci.Reports.Studies;
using Loci.Studies;
using Loci.Studies.Statistics;

namespace Loci.Reports.Tests;

/// <summary>A study is a value in one list: what walks the list needs nothing else.</summary>
public sealed partial class StudyListTests
{
    /// <summary>A study that nobody knows: its value, its section, and its line of the list.</summary>
    private static readonly Study<LengthResult> s_lengths =
        new Study<int, LengthResult>("sentence-lengths", "sentence lengths")
    {
        What = "how long sentences are",
        Reads = StudyInputs.Text,
        Sizes = new(paper: 1000, quick: 50, ofNull: 20),
        Measure = (source, sentences, options) =>
        {
            int[] drawn = Sampling.Draw(source.Text.Count, sentences, options.Seed);
            double[] lengths = new double[drawn.Length];
            for (int i = 0; i < drawn.Length; i++)
            {
                options.Cancellation.ThrowIfCancellationRequested();
                lengths[i] = source.Text[drawn[i]].Length;
                options.Progress?.Report(new("measuring", i + 1, drawn.Length));
            }
            return new(Estimate.Mean(lengths, Units.OfText(drawn.Select(s => source.Text.Stretch(s)))));
        },
        Result = LengthJson.Default.LengthResult,
        Effort = _ => new(1, 1),
    };

    private static readonly ReportedStudy[] s_list =
    [
        .. StudyList.All.Where(each => each.Study.Name is "values" or "composition"),
        new ReportedStudy<LengthResult>(s_lengths, (result, _, nulls) => new()
        {
            Name = "lengths",
            Title = "How long are sentences?",
            What = "Tokens of a sentence.",
            Figures = [],
            Comparisons = [
                new("tokens", result.Tokens, Figures.NumberFormat.Plain,
                    $"{result.Tokens.Count} sentences, {nulls?.Sample.Tokens.Count} for nulls")],
            Means = "They have tokens.",
            CannotShow = "Why.",
            InShort = true,
        })
        {
            BesideNulls = nulls =>
                [NullRow.Of("tokens of a sentence", null, nulls, r => r.Tokens, Figures.NumberFormat.Plain)],
        },
    ];

    [Fact]
    public void A_study_that_is_added_to_the_list_is_run_reported_and_written()
    {
        using var read = ReadCase.Constructed(100);
        List<string> told = [];
        var plan = new StudyPlan([.. s_list.Select(each => each.Study)], StudyScale.Quick, Nulls: true);
        var progress = new ImmediateProgress<StudyRunProgress>(
            at => { lock (told) told.Add($"{at.Study}, {at.Doing}"); });
        var results = StudyRun.Run(read.Source, plan, new(), progress);
        Assert.True(results.Found.TryGet(s_lengths, out var result));
        Assert.Equal(50, result.Tokens.Count);
        Assert.Contains("sentence lengths, measuring", told);
        Assert.Contains("random weights: sentence lengths, measuring", told);

        var report = StudyReport.Of(read.Source, results, s_list);
        Assert.Equal(["agreement", "confidence", "composition", "lengths", "nulls"],
            report.Sections.Select(section => section.Name));
        Assert.Contains("They have tokens.", report.Summary);
        Assert.Contains(report.Sections[^1].Details[0].Rows, row => row[0] == "tokens of a sentence");
        ReportFolder.Write(report, ReportJson.Write(report, results), read.Folder["report"]);
        Assert.Contains("How long are sentences?",
            File.ReadAllText(Path.Combine(read.Folder["report"], ReportFolder.Page)));

        var json = JsonDocument.Parse(
            File.ReadAllBytes(Path.Combine(read.Folder["report"], ReportFolder.Numbers))).RootElement.GetProperty(
                "results");
        Assert.Equal(["seed", "scale", "values", "composition", "sentence_lengths", "nulls", "costs"],
            json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(result.Tokens.Value,
            json.GetProperty("sentence_lengths").GetProperty("tokens").GetProperty("value").GetDouble());
        Assert.Equal(50, json.GetProperty("nulls").GetProperty("shuffled_text").GetProperty("sentence_lengths")
            .GetProperty("tokens").GetProperty("count").GetInt32());
    }

    [Fact]
    public void A_run_ends_where_it_is_told_to()
    {
        using var read = ReadCase.Constructed(60);
        using var stop = new CancellationTokenSource();
        var progress = new ImmediateProgress<StudyRunProgress>(at => { if (at.Doing == "measuring") stop.Cancel(); });
        var plan = new StudyPlan([s_lengths], StudyScale.Quick, Nulls: false);
        Assert.ThrowsAny<OperationCanceledException>(
            () => StudyRun.Run(read.Source, plan, new() { Cancellation = stop.Token }, progress));
    }

    [Fact]
    public void Every_study_of_the_list_has_a_name_of_its_own_and_reads_back_what_it_writes()
    {
        Assert.Equal(StudyList.All.Count, StudyList.All.Select(each => each.Study.Name).Distinct().Count());
        using var read = ReadCase.Constructed();
        var plan = new StudyPlan([.. StudyList.All.Select(each => each.Study)], StudyScale.Quick, Nulls: false);
        var results = StudyRun.Run(read.Source, plan, new());
        foreach (var study in plan.Studies)
        {
            byte[] written = Bytes(study, results.Found[study]);
            Assert.Equal(written, Bytes(study, study.Read(written)));
        }

        static byte[] Bytes(Study study, object result)
        {
            using var stream = new MemoryStream();
            using (var json = new Utf8JsonWriter(stream)) study.WriteWhole(json, result);
            return stream.ToArray();
        }
    }

    /// <summary>What the added study finds.</summary>
    /// <param name="Tokens">Mean tokens of a sentence.</param>
    internal sealed record LengthResult(Estimate Tokens);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
        Converters = [typeof(FiniteJson)])]
    [JsonSerializable(typeof(LengthResult))]
    internal sealed partial class LengthJson : JsonSerializerContext;
}
