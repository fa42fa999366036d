using System.CommandLine;
using Loci.Reports;
using Loci.Reports.Figures;
using Loci.Terminal;
using Loci.Training.Labs.Language;

namespace Loci.Training.Commands;

/// <summary>
/// <c>loci-train lab draw</c>: the figure of a table that <c>lab language</c> or <c>lab carry-over</c> wrote, without
/// its trainings.
/// </summary>
internal static class DrawCommand
{
    public static Command Create()
    {
        var table = new Argument<string>("TABLE")
        {
            Description = "A CSV file that lab language or lab carry-over wrote; the figure stands beside it.",
        };
        var title = new Option<string>("--title") { Description = "Above the figure.", Required = true };
        var command = new Command("draw", "Draw the figure of a table again, as SVG and PNG.") { table, title };
        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(table)!, stem = Path.ChangeExtension(path, null);
            FigureFiles.Save(Of(path, parsed.GetValue(title)!), stem);
            Console.WriteLine($"written: {stem}.svg, .png");
        });
        return command.WithExamples("loci-train lab draw stories.csv --title \"Language models, stories.txt\"");
    }

    /// <exception cref="LociException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no such table.</exception>
    internal static Figure Of(string path, string title)
    {
        if (!File.Exists(path)) throw new LociException($"{path}: there is no such file");
        return File.ReadLines(path).FirstOrDefault() switch
        {
            CarryOverRow.Header => CarryOverFigure.Of(title, CarryOverRow.Read(path)),
            LanguageTable.Header => LanguageFigure.Of(title, LanguageTable.Read(path)),
            var other => throw new InvalidDataException(
                $"{path} begins with «{other}»: a table of lab language or lab carry-over is wanted. The other "
                + $"laboratories draw by running the command again; what is finished is not trained again"),
        };
    }
}
