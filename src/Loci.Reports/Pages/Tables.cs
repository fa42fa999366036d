namespace Loci.Reports.Pages;

/// <summary>A table in a container of its own, which scrolls where the page is narrower.</summary>
internal static class Tables
{
    public static void Write(MarkupWriter page, Table table) => Scrolling(page, table.Caption, () =>
    {
        page.Element("thead", () => page.Element("tr", () =>
        {
            foreach (var column in table.Columns)
                page.Element("th", column.Name, ("scope", "col"), ("class", column.Numeric ? "n" : null));
        }));
        page.Element("tbody", () =>
        {
            foreach (var row in table.Rows)
            {
                if (row.Count != table.Columns.Count)
                    throw new ArgumentException(
                        $"«{table.Caption}»: a row of {row.Count} cells under {table.Columns.Count} columns",
                        nameof(table));
                page.Element("tr", () =>
                {
                    for (int at = 0; at < row.Count; at++)
                        page.Element(at == 0 ? "th" : "td", row[at], ("scope", at == 0 ? "row" : null),
                            ("class", table.Columns[at].Numeric ? "n" : null));
                });
            }
        });
    });

    // Focusable, so that a keyboard can scroll it too. Where the page is narrow the style sheet shows the hint.
    public static void Scrolling(MarkupWriter page, string caption, Action rows)
    {
        page.Element("p", "The table goes on to the right: scroll it sideways →", ("class", "hint"),
            ("aria-hidden", "true"));
        page.Element("div", () => page.Element("table", () =>
        {
            page.Element("caption", caption);
            rows();
        }), ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", caption));
    }
}
