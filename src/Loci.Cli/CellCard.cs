using Loci.Atlas;
using Loci.Memory.Recall;
using Spectre.Console;
using Spectre.Console.Rendering;
using Plain = Spectre.Console.Text;

namespace Loci.Cli;

/// <summary>
/// One cell on a card: what fires it, what its value promotes, whether the two agree, how it behaves.
/// </summary>
internal static class CellCard
{
    private const string Bars = "▁▂▃▄▅▆▇█";
    private const int ContextTokens = 24, ContextTokensInBrief = 14;

    // The strength of a trigger as a share of the strongest, in steps that differ for the colour-blind too.
    private static readonly Color[] s_heat = [Color.Grey50, Color.Khaki3, Color.Gold1, Color.Orange1, Color.OrangeRed1];

    /// <summary>Writes the card.</summary>
    /// <param name="screen">Where to.</param>
    /// <param name="atlas">The atlas.</param>
    /// <param name="id">The cell, at the pole meant.</param>
    /// <param name="most">Most triggers.</param>
    /// <param name="brief">Leaves out what it takes some reading to understand, so that the card fits a screen.</param>
    public static void Write(IAnsiConsole screen, AtlasFile atlas, CellId id, int most, bool brief = false)
    {
        var cell = atlas.Cell(id);
        var rows = new List<IRenderable> { Facts(atlas, cell, id, brief), new Plain("") };
        var triggers = cell.Triggers(id.Pole);
        if (triggers.Count == 0)
        {
            rows.Add(
                new Plain(
                    $"No prefix of the corpus fires it{(atlas.Manifest.Spec.Gated ? " at this pole" : "")}.",
                    new Style(Color.Grey)));
        }
        else
        {
            rows.Add(
                new Plain(
                    "Strongest triggers, the firing token last, then what came next",
                    new Style(decoration: Decoration.Bold)));
            rows.Add(Triggers(atlas, triggers, most, brief ? ContextTokensInBrief : ContextTokens, out int left));
            if (left > 0)
                rows.Add(new Plain($"… and {left} more (--triggers {triggers.Count})", new Style(Color.Grey)));
        }
        screen.Write(
            new Panel(new Rows(rows)) { Header = new($" {id} "), Border = BoxBorder.Rounded, Padding = new(1, 0),
                Expand = false });
    }

    private static Grid Facts(AtlasFile atlas, AtlasCell cell, CellId id, bool brief)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        var folded = cell.Value.Folded.At(id.Pole);
        Add("promotes", Tokens(atlas, cell.Value.Folded.Promoted(id.Pole)));
        if (brief) return grid;
        Add(
            "", $"probability {folded.Probability:p1}, {Math.Abs(folded.ZScore):f1} standard deviations above the "
                + "mean logit");
        Add("suppresses", Tokens(atlas, cell.Value.Folded.Suppressed(id.Pole)));
        if (cell.Value.Raw.At(id.Pole).Prediction != folded.Prediction)
            Add("raw readout", Tokens(atlas, cell.Value.Raw.Promoted(id.Pole)));
        foreach (var agreement in atlas.Agreement(id).Where(a => a.Readout == Readout.Folded))
        {
            string next = agreement.Next switch
            {
                true => "is", false => "is not", null => "has nothing to be (a whole sentence),",
            };
            Add("agreement",
                $"the value's first token {next} what follows the strongest "
                    + $"trigger{(agreement.Copy ? ", and repeats its last token" : "")}; " +
                $"it follows {agreement.Agreeing} of the first {agreement.Counted} (p = {agreement.P:g2}, q = "
                    + $"{agreement.Q:g2})");
        }
        var statistics = cell.Statistics;
        if (statistics.Dead(atlas.Manifest.Spec.Gated))
            Add("fires", $"never: dead on all {statistics.Count:N0} prefixes");
        else
            Add(
                "fires", $"{statistics.FiringRate(id.Pole):p2} of {statistics.Count:N0} prefixes; mean "
                    + $"{statistics.Mean:g3}, deviation {Math.Sqrt(statistics.Variance):g3}, from "
                    + $"{statistics.Min:g3} to {statistics.Max:g3}");
        if (Histogram(cell.Histogram) is { } histogram) Add("coefficients", histogram);
        return grid;

        void Add(string name, string text) => grid.AddRow(new Plain(name, new Style(Color.Grey)), new Plain(text));
    }

    // Tokens that the value leaves as they are, as a sparse one leaves most, say nothing.
    private static string Tokens(AtlasFile atlas, IEnumerable<ScoredToken> tokens) =>
        tokens.Where(t => Math.Abs(t.Logit) >= 0.005f).Take(8).ToArray() is { Length: > 0 } some
            ? string.Join("  ", some.Select(t => $"{VisibleText.Token(atlas.Token(t.Id).Text)} {t.Logit:f2}"))
            : "nothing";

    // Powers of two from the smallest to the largest that occur, on a square-root scale; · stands for none.
    private static string? Histogram(IReadOnlyList<long> bins)
    {
        int zero = CoefficientBins.Zero;
        var occupied = Enumerable.Range(0, bins.Count).Where(b => b != zero && bins[b] > 0).ToArray();
        if (occupied.Length == 0) return null;
        double largest = Math.Sqrt(occupied.Max(b => bins[b]));
        var drawn = Enumerable.Range(occupied[0], occupied[^1] - occupied[0] + 1).Select(b =>
            b == zero
                ? '│'
                : bins[b] == 0
                ? '·'
                : Bars[(int)Math.Round(Math.Sqrt(bins[b]) / largest * (Bars.Length - 1))]);
        string last = occupied.Length > 1 ? $" {Edge(occupied[^1])}" : "";
        return $"{Edge(occupied[0])} "
            + $"{string.Concat(drawn)}{last}{(bins[zero] > 0 ? $", and {bins[zero]:N0} zeros" : "")}";

        string Edge(int bin) =>
            $"{(bin < zero ? "−" : "")}2^{Math.Abs(bin - zero) + CoefficientBins.LowestExponent - 1}";
    }

    private static Table Triggers(
        AtlasFile atlas, IReadOnlyList<Trigger> triggers, int most, int context, out int left)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = false };
        table.AddColumn(new TableColumn("").RightAligned().NoWrap());
        table.AddColumn("");
        float strongest = Math.Abs(triggers[0].Coefficient);
        var rows = TriggerGroup.Of(atlas, triggers).Take(most).ToArray();
        left = triggers.Count - rows.Sum(row => row.Times);
        foreach (var (trigger, sentence, times) in rows)
        {
            var heat = s_heat[Math.Clamp((int)(Math.Abs(trigger.Coefficient) / strongest * s_heat.Length - 1e-6), 0,
                s_heat.Length - 1)];
            table.AddRow(
                new Plain($"{trigger.Coefficient:f3}", new Style(heat)),
                Prefix(sentence, trigger.Position, heat, times, context));
        }
        return table;
    }

    private static Paragraph Prefix(AtlasSentence sentence, int position, Color heat, int times, int context)
    {
        var text = new Paragraph();
        int from = Math.Max(0, position + 1 - context);
        if (from > 0) text.Append("… ", new Style(Color.Grey));
        for (int p = from; p <= position; p++)
        {
            string token = VisibleText.Line(sentence.TokenText(p));
            var style = p == position ? new Style(heat, decoration: Decoration.Bold | Decoration.Underline)
                : p >= position - 2 ? new Style(heat)
                : Style.Plain;
            text.Append(p == from ? token.TrimStart() : token, style);
        }
        if (position + 1 < sentence.Tokens.Count)
            text.Append($" →{VisibleText.Line(sentence.TokenText(position + 1))}", new Style(Color.Grey));
        if (times > 1) text.Append($"  ×{times}", new Style(Color.Grey));
        return text;
    }
}
