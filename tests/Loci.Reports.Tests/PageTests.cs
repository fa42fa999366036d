using System.Xml;
using System.Xml.Linq;
using CsCheck;
using Loci.Reports.Pages;
using Loci.Tests;

namespace Loci.Reports.Tests;

/// <summary>A page of hostile text holds the elements it would hold anyway, and nothing that runs or loads.</summary>
public sealed class PageTests
{
    private static XElement Parse(string page)
    {
        using var reader = XmlReader.Create(new StringReader(page), new() { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader).Root!;
    }

    private static string[] Elements(XElement root) => [.. root.Descendants().Select(e => e.Name.LocalName).Order()];

    [Fact]
    public void A_corpus_of_markup_adds_no_element_and_no_attribute()
    {
        // Labels are drawn in as many lines as they need, so drawings are counted by their kinds.
        XElement plain = Parse(ReportPage.Write(Samples.Report(4, "x"))),
            hostile = Parse(ReportPage.Write(Samples.Report(4, Samples.Hostile)));
        string[] Outside(
            XElement root) => Elements(new XElement(
                "page",
                root.DescendantsAndSelf().Where(e => !e.AncestorsAndSelf().Any(a => a.Name.LocalName == "svg"))
                    .Select(e => new XElement(e.Name.LocalName))));
        Assert.Equal(Outside(plain), Outside(hostile));
        Assert.Equal(
            plain.Descendants().Select(e => e.Name.LocalName).ToHashSet(),
            hostile.Descendants().Select(e => e.Name.LocalName).ToHashSet());
        Assert.Equal(
            plain.Descendants().Attributes().Select(a => a.Name).ToHashSet(),
            hostile.Descendants().Attributes().Select(a => a.Name).ToHashSet());
    }

    [Fact]
    public void A_page_runs_nothing_and_loads_nothing()
    {
        string page = ReportPage.Write(Samples.Report(4, Samples.Hostile));
        var root = Parse(page);
        Assert.DoesNotContain(root.Descendants(),
            e => e.Name.LocalName is "script" or "img" or "link" or "iframe" or "object" or "embed" or "form"
                or "image" or "use");
        Assert.All(root.Descendants().Attributes(), a =>
            Assert.False(
                a.Name.LocalName.StartsWith("on", StringComparison.Ordinal) || a.Name.LocalName is "src" or "style"));
        Assert.All(root.Descendants().Attributes("href"), a => Assert.StartsWith("#", a.Value));
        Assert.DoesNotContain("url(", page);
        Assert.DoesNotContain("@import", page);
        var policy = root.Descendants("meta").Single(m => m.Attribute("http-equiv")?.Value == "Content-Security-Policy")
            .Attribute("content")!.Value;
        Assert.Equal(
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'",
            policy);
    }

    [Fact]
    public void Invisible_and_turning_characters_show()
    {
        string page = ReportPage.Write(Samples.Report(4, Samples.Hostile));
        Assert.DoesNotContain(
            page, c => c is '\0' or '\u202E' or '\u2028' or '\u0007' or '\uFEFF' || char.IsSurrogate(c));
        Assert.Contains("⟨U+202E⟩evil", page);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", page);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a\0b", "a␀b")]
    [InlineData("\u007F\u0085", "␡⟨U+0085⟩")]
    [InlineData("\u2066x\u200F", "⟨U+2066⟩x⟨U+200F⟩")]
    [InlineData("\uFFFE", "\uFFFD")]
    [InlineData("👩\u200D🔬 é שלום", "👩\u200D🔬 é שלום")]
    public void Text_is_made_visible(string text, string visible) =>
        Assert.Equal(visible, VisibleText.Of(text, joiners: true));

    [Fact]
    public void Any_text_survives_the_trip_through_markup() => Gen.String.Sample(text =>
    {
        var markup = new MarkupWriter();
        markup.Element("p", text, ("title", text));
        var element = XElement.Parse(markup.ToString(), LoadOptions.PreserveWhitespace);
        string visible = VisibleText.Of(text, joiners: true);
        Assert.Equal(visible, element.Value);
        Assert.Equal(visible.Replace('\n', ' ').Replace('\t', ' '), element.Attribute("title")!.Value);
    });

    [Fact]
    public void Names_of_markup_are_plain()
    {
        Assert.Throws<ArgumentException>(() => new MarkupWriter().Empty("p onclick"));
        Assert.Throws<ArgumentException>(() => new MarkupWriter().Empty("p", ("a=\"", "b")));
        Assert.Throws<ArgumentException>(() => new MarkupWriter().Style("</style>"));
    }

    [Fact]
    public void Anchors_lead_somewhere_and_headings_descend_by_one()
    {
        var root = Parse(ReportPage.Write(Samples.Report(5)));
        var ids = root.Descendants().Attributes("id").Select(a => a.Value).ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(root.Descendants().Attributes("href"), a => Assert.Contains(a.Value[1..], ids));
        Assert.All(root.Descendants().Attributes("aria-labelledby"), a =>
            Assert.All(a.Value.Split(' '), id => Assert.Contains(id, ids)));
        var levels = root.Descendants().Where(e => e.Name.LocalName is ['h', >= '1' and <= '6'])
            .Select(e => e.Name.LocalName[1] - '0').ToArray();
        Assert.Equal(1, levels[0]);
        Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1));
    }

    [Fact]
    public void Every_figure_has_its_numbers_beside_it()
    {
        var root = Parse(ReportPage.Write(Samples.Report(5)));
        var figures = root.Descendants("figure").ToArray();
        Assert.Equal(6, figures.Length);
        Assert.All(figures, figure => Assert.NotEmpty(((XElement)figure.NextNode!.NextNode!).Descendants("td")));
    }

    [Fact]
    public void Another_folder_is_refused_and_an_earlier_report_replaced()
    {
        using var folder = new TemporaryFolder();
        folder.Write("notes.txt", "mine");
        var error = Assert.Throws<LociException>(() => ReportFolder.Write(Samples.Report(3), null, folder.Path));
        Assert.Contains("holds no earlier report", error.Message);
        Assert.Equal(["notes.txt"], folder.Names);
        folder.Write("report.html", "<html>mine</html>");
        Assert.Throws<LociException>(() => ReportFolder.Write(Samples.Report(3), null, folder.Path));
        Assert.Throws<LociException>(() => ReportFolder.Write(Samples.Report(3), null, folder["notes.txt"]));

        string report = folder["report"];
        ReportFolder.Write(Samples.Report(3), null, report);
        var first = Directory.GetFiles(report, "*", SearchOption.AllDirectories).Order()
            .ToDictionary(f => f, File.ReadAllBytes);
        Assert.Equal(13, first.Count);
        File.WriteAllText(System.IO.Path.Combine(report, "figures", "old.svg"), "");
        ReportFolder.Write(Samples.Report(3), null, report);
        Assert.Equal(
            first,
            Directory.GetFiles(report, "*", SearchOption.AllDirectories).Order()
                .ToDictionary(f => f, File.ReadAllBytes));
    }
}
