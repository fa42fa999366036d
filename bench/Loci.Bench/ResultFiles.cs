using System.Globalization;
using System.Text;

namespace Loci.Bench;

/// <summary>
/// What benchmarks printed and measured, kept as files: <c>FOLDER/PROCESSOR/NAME.md</c> holds all of it,
/// <c>NAME.csv</c> the targets. Both name the machine.
/// </summary>
/// <param name="folder">Where the folders of the processors are.</param>
/// <param name="machine">What ran them.</param>
/// <param name="replace">Earlier results of this machine may be replaced.</param>
internal sealed class ResultFiles(string folder, Machine machine, bool replace)
{
    private const string Header = "benchmark,compared,measured,goal,processor,system,date";

    /// <summary>Refuses what would replace earlier results: to be asked before the work.</summary>
    /// <exception cref="LociException">They are there, and were not to be replaced.</exception>
    public void Check(IEnumerable<string> benchmarks)
    {
        foreach (string path in benchmarks.Select(name => PathOf(name, ".md")).Where(File.Exists))
            if (!replace)
                throw new LociException($"{path} holds earlier results of this processor; --force replaces them.");
    }

    /// <summary>Runs a benchmark, shows what it prints, and keeps it with its targets.</summary>
    /// <returns>The targets.</returns>
    public List<Target> Keep(string name, string about, string command, Func<List<Target>> run)
    {
        var console = Console.Out;
        using var kept = new StringWriter(CultureInfo.InvariantCulture);
        List<Target> targets;
        Console.SetOut(new Both(console, kept));
        try
        {
            targets = run();
        }
        finally
        {
            Console.SetOut(console);
        }
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name, ""))!);
        string date = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        Write(PathOf(name, ".md"), Page(name, about, command, date, kept.ToString(), targets));
        Write(PathOf(name, ".csv"), Csv(name, date, targets));
        return targets;
    }

    private string PathOf(string name, string extension) => Path.Combine(folder, machine.Folder, name + extension);

    private string Page(string name, string about, string command, string date, string printed, List<Target> targets)
    {
        var page = new StringBuilder(
            $"# {name}: {about}\n\n{machine.Processor}; {machine.System}; "
            + $"{date}\n\n```\n{command}\n\n{printed.Trim()}\n```\n");
        if (targets.Count == 0) return page.ToString();
        page.Append("\n| compared | measured | goal |\n|---|---:|---:|\n");
        foreach (var target in targets)
            page.Append(CultureInfo.InvariantCulture,
                $"| {target.Name} | {target.Measured:0.00} | {target.Goal:0.00}{(target.Met ? "" : ", missed")} |\n");
        return page.ToString();
    }

    private string Csv(string name, string date, List<Target> targets)
    {
        var csv = new StringBuilder(Header + "\n");
        foreach (var target in targets)
            csv.Append(CultureInfo.InvariantCulture,
                $"{name},{Quoted(target.Name)},{target.Measured:R},{target.Goal:R},"
                + $"{Quoted(machine.Processor)},{Quoted(machine.System)},{date}\n");
        return csv.ToString();
    }

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static void Write(string path, string text) => AtomicFile.Write(path, Encoding.UTF8.GetBytes(text));

    private sealed class Both(TextWriter shown, TextWriter kept) : TextWriter
    {
        public override Encoding Encoding => shown.Encoding;

        public override void Write(char value)
        {
            shown.Write(value);
            kept.Write(value);
        }

        public override void Write(string? value)
        {
            shown.Write(value);
            kept.Write(value);
        }

        public override void Flush() => shown.Flush();
    }
}
