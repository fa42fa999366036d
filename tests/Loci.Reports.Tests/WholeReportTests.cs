using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Loci.Models;
using Loci.Models.Constructed;
using Loci.Reports.Studies;
using Loci.Studies;
using Loci.Tests.Models;
using Loci.Tokenizers;

namespace Loci.Reports.Tests;

/// <summary>From a model and a text to the page, through every study.</summary>
public sealed class WholeReportTests
{
    private static readonly StudyPlan s_all =
        new([.. StudyList.All.Select(each => each.Study)], StudyScale.Quick, Nulls: true);

    [Fact]
    public void A_vocabulary_of_markup_stays_text_in_every_section()
    {
        // Words of a tokenizer hold no white space, so the markup does without.
        string[] hostile = ["<script>alert(1)</script>", "</style>", "<img/src=x/onerror=alert(1)>", "</svg><script>",
            "&lt;", "-->", "]]>", "\u202Eevil", "\"onload=\"alert(1)"];
        var (page, _) = Run(WithWords(RandomModel.Create(3), hostile, out string[] sentences), sentences);
        var root = Parse(page);
        Assert.DoesNotContain(root.Descendants(), e => e.Name.LocalName is "script" or "img" or "iframe");
        Assert.All(root.Descendants().Attributes(),
            a => Assert.False(a.Name.LocalName.StartsWith("on", StringComparison.Ordinal)));
        Assert.DoesNotContain('\u202E', page);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", page);
        Assert.Single(root.Descendants("style"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void Any_model_has_a_whole_report(int seed)
    {
        var (page, json) = Run(RandomModel.Create(seed), RandomModel.Sentences(seed, 60));
        var root = Parse(page);
        Assert.Equal(
            ["patterns", "minimal", "removal", "agreement", "confidence", "composition", "refinement", "neural-memory",
                "causal", "nulls"],
            json.GetProperty("sections").EnumerateArray().Select(s => s.GetProperty("name").GetString()));
        Assert.DoesNotContain("NaN", page);
        Assert.DoesNotContain("∞", page);
        Assert.All(root.Descendants("figure"),
            figure => Assert.Contains(figure.Descendants(), e => e.Name.LocalName == "svg"));
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers_whatever_the_threads()
    {
        var sentences = ConstructedLanguage.Sentences(2).Take(200).ToArray();
        var model = Model.Open(Model.ConstructedName);
        string Numbers(int threads) => Run(model, sentences, threads).Json.GetProperty("sections").GetRawText();
        Assert.Equal(Numbers(1), Numbers(3));
    }

    [Fact]
    public void Results_are_written_whole_and_nothing_is_not_a_number()
    {
        var json = Run(Model.Open(Model.ConstructedName),
            [.. ConstructedLanguage.Sentences(2).Take(200)]).Json.GetProperty("results");
        Assert.Equal(
            ["seed", "scale", "patterns", "minimal", "removal", "values", "composition", "refinement", "neural_memory",
                "causal", "nulls", "costs"],
            json.EnumerateObject().Select(p => p.Name));
        Assert.True(
            CellId.TryParse(json.GetProperty("removal").GetProperty("rows")[0].GetProperty("cell").GetString()!,
                out _));
        Assert.Equal(4, json.GetProperty("nulls").EnumerateObject().Count());
    }

    private static Model WithWords(Model model, string[] words, out string[] sentences)
    {
        string[] vocabulary = ["<unk>", "<s>", ".", .. words, .. RandomModel.Words];
        vocabulary = vocabulary[..model.Spec.Vocabulary];
        var random = new Random(5);
        sentences = [.. Enumerable.Range(0, 60)
            .Select(
                _ =>
                    string.Join(' ', Enumerable.Range(0, random.Next(2, 20))
                        .Select(_ => vocabulary[random.Next(2, 2 + words.Length)])))];
        return new("<script>alert('model')</script>", model.Transformer,
            WordLevelTokenizer.Create(vocabulary, "<unk>"), model.Hash);
    }

    private static (string Page, JsonElement Json) Run(Model model, string[] sentences, int threads = 2)
    {
        var options = new StudyOptions { Threads = threads };
        using var read = new ReadCase(model, sentences, options);
        double share = 0;
        var results = StudyRun.Run(read.Source, s_all, options, new ImmediateProgress<StudyRunProgress>(at =>
        {
            Assert.InRange(at.Share, share, 1);
            share = at.Share;
        }));
        var report = StudyReport.Of(read.Source, results);
        ReportFolder.Write(report, ReportJson.Write(report, results), read.Folder["report"]);
        return (
            File.ReadAllText(Path.Combine(read.Folder["report"], ReportFolder.Page)),
            JsonDocument.Parse(
                File.ReadAllBytes(Path.Combine(read.Folder["report"], ReportFolder.Numbers))).RootElement);
    }

    private static XElement Parse(string page)
    {
        using var reader = XmlReader.Create(new StringReader(page), new() { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader).Root!;
    }
}
