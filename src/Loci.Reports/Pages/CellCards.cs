using Loci.Reports.Figures;

namespace Loci.Reports.Pages;

/// <summary>Example cells as cards: what the value promotes, what fires the key, whether the two agree.</summary>
internal static class CellCards
{
    public const string Name = "cells", Title = "Cells of each kind";

    public static void Write(MarkupWriter page, IReadOnlyList<CellKind> kinds) => page.Element("section", () =>
    {
        page.Element("h2", Title, ("id", Name + "-title"));
        page.Element("p", "Under each cell the tokens that its value promotes with their logits, then the prefixes that fire "
            + "its key most: the coefficient, the text with the firing token marked, and after → what came next.", ("class", "what"));
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
        page.Element("ul", () =>
        {
            foreach (var token in cell.Promoted)
                page.Element("li", () => page.Element("bdi", Token(token.Text)).Element("small", NumberFormat.Plain.Write(token.Logit, 2)));
        }, ("class", "tokens"), ("aria-label", "promoted tokens"));
        page.Element("ul", () =>
        {
            foreach (var trigger in cell.Triggers) page.Element("li", () => Trigger(page, trigger));
        }, ("class", "triggers"), ("aria-label", "triggers"));
        page.Element("dl", () =>
        {
            foreach (var fact in cell.Facts) page.Element("dt", fact.Name).Element("dd", () => page.Element("bdi", fact.Value));
        });
    });

    private static void Trigger(MarkupWriter page, TriggerExample trigger)
    {
        page.Element("small", NumberFormat.Plain.Write(trigger.Coefficient));
        page.Element("bdi", () =>
        {
            page.Text(Line(trigger.Before));
            page.Element("mark", Line(trigger.Firing));
        });
        if (trigger.Next is not null) page.Element("small", () => page.Text(" → ").Element("bdi", Token(trigger.Next)));
        if (trigger.Times > 1) page.Element("small", $" ×{trigger.Times}");
    }

    // White space of running text stays, save what would break the line; of a token it is the news, so it shows.
    private static string Line(string text) => text.Replace("\n", "⏎").Replace("\t", "⇥");

    private static string Token(string text) => Line(text).Replace(' ', '·');
}
