using Loci.Reports.Drawing;
using Loci.Reports.Figures;

namespace Loci.Reports.Pages;

/// <summary>
/// A report as one page that needs nothing else: no script, no font, no picture from elsewhere. Its policy forbids all
/// of them, should text from a corpus ever get past the writer.
/// </summary>
internal static class ReportPage
{
    /// <summary>By which an earlier report is known.</summary>
    public const string Generator = "Loci report";

    private const string Policy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
    private const double Wide = 720, Narrow = 316;

    public static string Write(Report report)
    {
        var page = new MarkupWriter();
        page.Doctype().Element("html", () =>
        {
            page.Element("head", () => Head(page, report));
            page.Element("body", () => Body(page, report));
        }, ("lang", "en"));
        return page.ToString();
    }

    private static void Head(MarkupWriter page, Report report)
    {
        page.Empty("meta", ("charset", "utf-8"));
        page.Empty("meta", ("name", "generator"), ("content", Generator));
        page.Empty("meta", ("http-equiv", "Content-Security-Policy"), ("content", Policy));
        page.Empty("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
        page.Empty("meta", ("name", "referrer"), ("content", "no-referrer"));
        page.Element("title", report.Title);
        page.Style(Inks() + Resource("report.css"));
    }

    private static void Body(MarkupWriter page, Report report)
    {
        page.Element("a", "Skip to the results", ("class", "skip"), ("href", "#results"));
        page.Element("header", () =>
        {
            page.Element("h1", report.Title);
            page.Element("p", "The memories of a transformer, measured: our numbers beside those of Geva et al., "
                + "«Transformer Feed-Forward Layers Are Key-Value Memories» (2021).", ("class", "lead"));
            if (report.Badge is not null)
                page.Element("p", () => page.Element("span", report.Badge, ("class", "badge")));
            if (report.Brief.Count > 0) Facts(page, report.Brief);
        });
        page.Element("main", () =>
        {
            if (report.Summary.Count > 0)
                page.Element("section", () =>
                {
                    page.Element("h2", "In short", ("id", "summary-title"));
                    page.Element("ul", () =>
                    {
                        foreach (string sentence in report.Summary) page.Element("li", sentence);
                    });
                }, ("class", "summary"), ("id", "summary"), ("aria-labelledby", "summary-title"));
            Contents(page, report);
            foreach (var section in report.Sections) Study(page, section);
            if (report.Examples.Count > 0) CellCards.Write(page, report.Examples);
            if (report.Terms.Count > 0) Closing(page, "terms", "What the words mean", report.Terms);
            Closing(page, "read", "What was read, and how", report.Manifest);
        }, ("id", "results"));
        page.Element(
            "footer", () =>
                page.Element("p", "Made by Loci. This page is complete in itself: it loads nothing and runs nothing."));
    }

    private static void Contents(MarkupWriter page, Report report) => page.Element("nav", () =>
    {
        page.Element("h2", "Contents");
        page.Element("ol", () =>
        {
            foreach (var section in report.Sections)
                Link(section.Name, section.Title);
            if (report.Examples.Count > 0) Link(CellCards.Name, CellCards.Title);
            if (report.Terms.Count > 0) Link("terms", "What the words mean");
            Link("read", "What was read, and how");
        });

        void Link(string name, string title) =>
            page.Element("li", () => page.Element("a", title, ("href", "#" + name)));
    }, ("aria-label", "Contents"));

    private static void Closing(MarkupWriter page, string name, string title, IReadOnlyList<NamedText> facts) =>
        page.Element("section", () =>
    {
        page.Element("h2", title, ("id", name + "-title"));
        Facts(page, facts);
    }, ("id", name), ("aria-labelledby", name + "-title"));

    private static void Study(MarkupWriter page, Section section) => page.Element("section", () =>
    {
        page.Element("h2", section.Title, ("id", section.Name + "-title"));
        page.Element("p", section.What, ("class", "what"));
        foreach (var figure in section.Figures) Draw(page, figure);
        if (section.Comparisons.Count > 0) ComparisonTable.Write(page, section);
        page.Element("div", () =>
        {
            page.Element("div", () => page.Element("b", "What it means").Element("p", section.Means));
            page.Element("div", () => page.Element("b", "What it cannot show").Element("p", section.CannotShow));
        }, ("class", "says"));
        foreach (var table in section.Details)
            page.Element("details", () =>
            {
                page.Element("summary", table.Caption);
                Tables.Write(page, table);
            });
    }, ("id", section.Name), ("aria-labelledby", section.Name + "-title"));

    private static void Draw(MarkupWriter page, Figure figure)
    {
        page.Element("figure", () =>
        {
            page.Element("figcaption", figure.Title);
            SvgFile.Write(page, figure, Sheet.Draw(figure, Wide, heading: false), "wide");
            SvgFile.Write(page, figure, Sheet.Draw(figure, Narrow, heading: false), "narrow");
        });
        page.Element("details", () =>
        {
            page.Element("summary", $"Numbers of this figure");
            Tables.Write(page, figure.Numbers());
        });
    }

    private static void Facts(MarkupWriter page, IReadOnlyList<NamedText> facts) => page.Element("dl", () =>
    {
        foreach (var fact in facts) page.Element("dt", fact.Name).Element("dd", () => page.Element("bdi", fact.Value));
    });

    // The inks as variables: light, dark where the reader prefers it, and light again on paper.
    private static string Inks()
    {
        string light = Rules(Palette.Light), dark = Rules(Palette.Dark);
        return $"\n:root {{{light}}}\n@media (prefers-color-scheme: dark) {{ :root {{{dark}}} }}\n@media print {{ "
            + $":root {{{light}}} }}";

        static string Rules(Func<Ink, string> colour) =>
            string.Concat(Palette.All.Select(ink => $"{Palette.Variable(ink)}:{colour(ink)};"));
    }

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(ReportPage).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
