using System.Globalization;
using Loci.Tracing;
using Spectre.Console;
using Plain = Spectre.Console.Text;

namespace Loci.Cli;

/// <summary>What every change of coefficients did to an answer, on the screen.</summary>
internal static class SteeringTable
{
    public static void Write(IAnsiConsole screen, TraceSteering steering, PromptTrace after)
    {
        screen.WriteLine("What was changed", new Style(decoration: Decoration.Bold));
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("change", "m", "before", "adds", "before");
        foreach (var column in table.Columns) column.NoWrap();
        foreach (var column in table.Columns.Skip(1)) column.RightAligned();
        foreach (var effect in steering.Effects(after))
            table.AddRow(
                new Plain($"{effect.Change}"), new Plain(Coefficient(effect.Coefficient)),
                new Plain(Coefficient(effect.CoefficientBefore)),
                new Plain(Signed(effect.Contribution)), new Plain(Signed(effect.ContributionBefore)));
        screen.Write(table);
    }

    private static string Coefficient(float? m) =>
        m is { } value ? value.ToString("g3", CultureInfo.InvariantCulture).Replace('-', '−') : "";

    private static string Signed(double value) => $"{value:+0.00;−0.00;0.00}";
}
