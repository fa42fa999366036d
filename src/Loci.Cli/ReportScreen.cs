using Loci.Reports;
using Loci.Reports.Figures;
using Loci.Reports.Studies;
using Loci.Studies;
using Spectre.Console;
using Plain = Spectre.Console.Text;
using Table = Spectre.Console.Table;

namespace Loci.Cli;

/// <summary>
/// A report on the terminal: each study's first number, what it means, what it took, and where the page is.
/// </summary>
internal static class ReportScreen
{
    public static void Write(Report report, StudyResults results, string folder)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (string head in (string[])["study", "headline", "ours", "paper"])
            table.AddColumn(new TableColumn(new Plain(head)));
        foreach (var section in report.Sections)
            if (section.Comparisons is [var first, ..])
                table.AddRow(new Plain(section.Name), new Plain(first.Quantity),
                    new Plain(first.Format.Write(first.Ours)), new Plain(first.Paper ?? "–"));
        Screen.Results.Write(table);
        Console.Out.WriteLine();
        Console.Out.WriteLine(CostText.Of(results.Costs));
        Console.Out.WriteLine(
            $"{results.Costs.Sum(cost => cost.Seconds):f0} s in all, at most "
            + $"{results.Costs.Max(cost => cost.PeakBytes) / 1e6:N0} MB");
        Console.Out.WriteLine();
        Console.Out.WriteLine($"The page: {Path.Combine(folder, ReportFolder.Page)}");
    }
}
