using System.Text;
using System.Text.Json;
using Loci.Reports.Figures;
using Loci.Reports.Pages;

namespace Loci.Reports;

/// <summary>
/// A report on disk: <c>report.html</c>, and every figure as <c>figures/NAME.svg</c> and <c>figures/NAME.png</c>. Each
/// file appears whole or not at all, the page last. The figures' folder belongs to the report: pictures in it that are
/// not of this report are those of an earlier one, and go.
/// </summary>
public static class ReportFolder
{
    /// <summary>Names of the page and of its numbers.</summary>
    public const string Page = "report.html", Numbers = "report.json";

    /// <summary>Name of the folder that keeps the results of studies until the report is written.</summary>
    public const string Unfinished = "unfinished";

    private const string Pictures = "figures";

    /// <summary>Writes a report.</summary>
    /// <param name="report">What it says.</param>
    /// <param name="numbers">All numbers for machines, written as <see cref="Numbers"/>; null: none.</param>
    /// <param name="folder">Where: a folder that is absent, empty, or holds an earlier report.</param>
    /// <exception cref="LociException">The folder holds something else, or cannot be written.</exception>
    public static void Write(Report report, byte[]? numbers, string folder)
    {
        var figures = report.Sections.SelectMany(section => section.Figures).ToArray();
        Check(report, figures);
        Check(folder);
        try
        {
            string pictures = Path.Combine(folder, Pictures);
            Directory.CreateDirectory(pictures);
            foreach (var figure in figures) FigureFiles.Save(figure, Path.Combine(pictures, figure.Name));
            if (numbers is not null) AtomicFile.Write(Path.Combine(folder, Numbers), numbers);
            AtomicFile.Write(Path.Combine(folder, Page), Encoding.UTF8.GetBytes(ReportPage.Write(report)));
            var names = figures.Select(figure => figure.Name).ToHashSet();
            foreach (string file in Directory.GetFiles(pictures)
                .Where(file => Path.GetExtension(file) is ".svg" or ".png"))
                if (!names.Contains(Path.GetFileNameWithoutExtension(file))) File.Delete(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LociException($"{folder}: the report cannot be written: {error.Message}", error);
        }
    }

    /// <summary>Refuses a folder that a report could not be written to: to be asked before the work.</summary>
    /// <exception cref="LociException">It holds something else, or is a file.</exception>
    public static void Check(string folder)
    {
        if (File.Exists(folder)) throw new LociException($"{folder} is a file; name a folder for the report");
        if (!Directory.Exists(folder)
            || !Directory.EnumerateFileSystemEntries(folder).Any(entry => Path.GetFileName(entry) != Unfinished))
            return;
        string page = Path.Combine(folder, Page);
        if (!File.Exists(page)
            || !Beginning(page).Contains($"content=\"{ReportPage.Generator}\"", StringComparison.Ordinal))
            throw new LociException(
                $"{folder} is not empty and holds no earlier report; name another folder, or empty this one");
    }

    /// <summary>Refuses a folder that holds the report of another model, text, seed or choice of studies.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="identity">The <see cref="Report.Identity"/> of the report to come.</param>
    /// <exception cref="LociException">It holds another report, or something else.</exception>
    public static void CheckSame(string folder, string identity)
    {
        Check(folder);
        if (!File.Exists(Path.Combine(folder, Page))) return;
        if (IdentityOf(Path.Combine(folder, Numbers)) != identity)
            throw new LociException(
                $"{folder} holds another report (of another model, text, seed, sizes or studies); name another "
                + $"folder, or give --force to replace it");
    }

    private static string? IdentityOf(string numbers)
    {
        try
        {
            using var file = File.OpenRead(numbers);
            using var json = JsonDocument.Parse(file);
            return json.RootElement.TryGetProperty("identity", out var identity) ? identity.GetString() : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException
            or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Beginning(string page)
    {
        var start = new char[512];
        using var reader = new StreamReader(page);
        return new(start, 0, reader.ReadBlock(start));
    }

    // Names become file names and anchors.
    private static void Check(Report report, Figure[] figures)
    {
        foreach (var names in new[] { figures.Select(f => f.Name).ToArray(),
            [.. report.Sections.Select(s => s.Name), CellCards.Name] })
        {
            foreach (string name in names)
                if (name.Length == 0 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
                    throw new ArgumentException($"«{name}»: names are of lower-case letters, digits and hyphens",
                        nameof(report));
            if (names.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice)
                throw new ArgumentException($"«{twice.Key}» is named twice", nameof(report));
        }
    }
}
