using Loci.Models;
using Loci.Tracing;
using Spectre.Console;
using Spectre.Console.Rendering;
using Plain = Spectre.Console.Text;

namespace Loci.Cli;

/// <summary>What cells do by way of all later layers, beside what they add directly.</summary>
internal static class AttributionTable
{
    /// <summary>Writes the cells of the largest attributions, either sign.</summary>
    /// <param name="screen">Where to.</param>
    /// <param name="attribution">The attributions.</param>
    /// <param name="trace">The trace that they belong to.</param>
    /// <param name="model">Its model.</param>
    /// <param name="top">Cells to show, twice over: the signs are mixed.</param>
    public static void Write(
        IAnsiConsole screen, CellAttribution attribution, PromptTrace trace, Model model, int top)
    {
        if (top == 0) return;
        screen.WriteLine("Cells by what they do through all later layers, over all tokens of the prompt",
            new Style(decoration: Decoration.Bold));
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("cell", "m × gradient", "integrated", "directly", "promotes");
        table.Columns[0].NoWrap();
        foreach (int column in (int[])[1, 2, 3]) table.Columns[column].RightAligned().NoWrap();
        foreach (var (cell, gradient, integrated) in attribution.Cells.Take(2 * top))
        {
            var promoted = ValueProjection.Promoted(model.Transformer, cell, 3).Where(token => token.Logit >= 0.005f);
            table.AddRow(
                new Plain($"{cell}"), Number(gradient), Number(integrated),
                Number(trace.Parts.Cells[cell.Layer][cell.Index]),
                new Plain(string.Join("  ", promoted.Select(token => TokenText.Show(model, token.Id)))));
        }
        screen.Write(table);
        string sums = string.Join(", ", attribution.Integrated.Select((cells, layer) =>
            $"L{layer} {Signed(cells.Sum())}"));
        screen.WriteLine($"Layer by layer the integrated ones sum to what silencing the layer takes away: {sums}.",
            new Style(Color.Grey));
    }

    private static IRenderable Number(double value) => new Plain(Signed(value));

    private static string Signed(double value) => $"{value:+0.00;−0.00;0.00}";
}
