using Loci.Reports.Figures;

namespace Loci.Reports.Pages;

/// <summary>
/// Our numbers beside the paper's; what is compared stands first, where a phone shows it without scrolling.
/// </summary>
internal static class ComparisonTable
{
    private static readonly Column[] s_columns =
        [new("quantity"), new("ours", true), new("the paper's"), new("95 % interval", true), new("sample")];

    public static void Write(MarkupWriter page, Section section) =>
        Tables.Scrolling(page, "Ours beside the paper's", () =>
    {
        page.Element("thead", () => page.Element("tr", () =>
        {
            foreach (var column in s_columns)
                page.Element("th", column.Name, ("scope", "col"), ("class", column.Numeric ? "n" : null));
        }));
        page.Element("tbody", () =>
        {
            foreach (var row in section.Comparisons) page.Element("tr", () => Row(page, row));
        });
    });

    private static void Row(MarkupWriter page, Comparison row)
    {
        var ours = Plotted.Known(row.Ours);
        page.Element("th", row.Quantity, ("scope", "row"));
        page.Element("td", ours is { } value ? row.Format.Write(value.Value) : "–", ("class", "n ours"));
        page.Element("td", () =>
        {
            page.Text(row.Paper ?? "not given");
            if (row.Where is not null) page.Text(" ").Element("small", $"({row.Where})");
        });
        page.Element(
            "td",
            ours?.Interval is { } interval
                ? $"{row.Format.Write(interval.Low)} to {row.Format.Write(interval.High)}"
                : "–",
            ("class", "n"));
        page.Element("td", () =>
        {
            page.Text(row.Sample);
            if (ours is { Interval: not null, Over: { } over })
                page.Text(" ").Element("small", $"(interval over {over})");
        });
    }
}
