using Loci.Reports.Figures;

namespace Loci.Reports.Pages;

/// <summary>
/// Example cells as cards: what the value promotes and suppresses, what fires the key, whether the two agree.
/// </summary>
internal static class CellCards
{
    public const string Name = "cells", Title = "Cells of each kind";

    private const int Shades = 5;

    public static void Write(MarkupWriter page, IReadOnlyList<CellKind> kinds) => page.Element("section", () =>
    {
        page.Element("h2", Title, ("id", Name + "-title"));
        page.Element(
            "p",
            "Under each cell the tokens that its value promotes and suppresses most, with their logits; how many "
            + "prefixes give "
            + "it which coefficient; then the prefixes that fire it most: the coefficient, the text, each token "
            + "shaded by the coefficient after "
            + "it, the firing token marked, and after → how the sentence went on. Triggers nearly alike, with "
            + "the same firing token and the same next one, are shown once, with their number.", ("class", "what"));
        foreach (var kind in kinds)
        {
            page.Element("h3", kind.Name);
            page.Element("p", kind.What, ("class", "what"));
            page.Element("div", () =>
            {
                foreach (var cell in kind.Cells) Card(page, cell);
            }, ("class", "cards"));
        }
    }, ("id", Name), ("aria-labelledby", Name + "-title"));

    private static void Card(MarkupWriter page, CellExample cell) => page.Element("article", () =>
    {
        page.Element("h4", $"{cell.Cell}");
        Scored(page, "promotes", cell.Promoted);
        Scored(page, "suppresses", cell.Suppressed);
        if (cell.Histogram.Counts.Count > 0) Bars(page, cell.Histogram);
        page.Element("ul", () =>
        {
            foreach (var trigger in cell.Triggers) page.Element("li", () => Trigger(page, trigger));
        }, ("class", "triggers"), ("aria-label", "triggers"));
        page.Element("dl", () =>
        {
            foreach (var fact in cell.Facts)
                page.Element("dt", fact.Name).Element("dd", () => page.Element("bdi", fact.Value));
        });
    });

    private static void Scored(MarkupWriter page, string name, IReadOnlyList<ScoredText> tokens)
    {
        page.Element("p", name, ("class", "label"));
        page.Element("ul", () =>
        {
            foreach (var token in tokens)
                page.Element("li", () => page.Element("bdi", Token(token.Text))
                    .Element("small", NumberFormat.Plain.Write(token.Logit, 2)));
        }, ("class", "tokens"), ("aria-label", $"{name} these tokens"));
    }

    // Square roots of the counts, so that rare strong coefficients can be seen.
    private static void Bars(MarkupWriter page, CoefficientBars bars)
    {
        const double width = 6, gap = 1, height = 28;
        double largest = Math.Sqrt(bars.Counts.Max());
        string zeros = bars.Zeros > 0 ? $"; {bars.Zeros:N0} are exactly zero" : "";
        string what = $"prefixes by coefficient, in powers of two from {bars.From} to {bars.To}{zeros}";
        page.Element("div", () =>
        {
            page.Element("svg", () =>
                {
                    for (int k = 0; k < bars.Counts.Count; k++)
                    {
                        double tall = bars.Counts[k] == 0
                            ? 0
                            : Math.Max(1, height * Math.Sqrt(bars.Counts[k]) / largest);
                        page.Empty("rect", ("x", MarkupWriter.Number(k * width)),
                            ("y", MarkupWriter.Number(height - tall)),
                            ("width", MarkupWriter.Number(width - gap)), ("height", MarkupWriter.Number(tall)),
                            ("fill", "currentColor"));
                    }
                }, ("viewBox", $"0 0 {MarkupWriter.Number(bars.Counts.Count * width)} {MarkupWriter.Number(height)}"),
                ("width", MarkupWriter.Number(bars.Counts.Count * width)), ("height", MarkupWriter.Number(height)),
                ("role", "img"), ("aria-label", what));
            page.Element("small", what);
        }, ("class", "bars"));
    }

    private static void Trigger(MarkupWriter page, TriggerExample trigger)
    {
        page.Element("small", NumberFormat.Plain.Write(trigger.Coefficient));
        page.Element("bdi", () =>
        {
            if (trigger.Begun) page.Text("…");
            for (int at = 0; at < trigger.Tokens.Count; at++)
            {
                var token = trigger.Tokens[at];
                // A line may end before a token, never between its leading space and itself.
                page.Empty("wbr");
                int shade = (int)Math.Min(Shades - 1, token.Strength * Shades);
                page.Element(
                    at == trigger.Tokens.Count - 1 ? "mark" : "span", Line(token.Text),
                    ("class", at < trigger.Tokens.Count - 1 && shade > 0 ? $"t s{shade}" : "t"));
            }
        });
        if (trigger.Next is not null)
            page.Element("small", () => page.Text(" → ")
                .Element("bdi", () => page.Element("b", Token(trigger.Next)).Text(Line(trigger.After))));
        if (trigger.Times > 1) page.Element("small", $" ×{trigger.Times}");
    }

    // White space of running text stays, save what would break the line; of a token it is the news, so it shows.
    private static string Line(string text) => text.Replace("\n", "⏎").Replace("\t", "⇥");

    private static string Token(string text) => Line(text).Replace(' ', '·');
}
