// One table from the report.json of several reports: dotnet run table.cs -- "heading=path/report.json" … > numbers.md
#:property GenerateDocumentationFile=true
using System.Globalization;
using System.Text.Json.Nodes;

var reports = args.Select(arg => arg.Split('=', 2))
    .Select(pair => (Name: pair[0], Report: JsonNode.Parse(File.ReadAllText(pair[1]))!)).ToArray();
if (reports.Length == 0) throw new ArgumentException("Name reports: heading=path/report.json");
Console.WriteLine($"| quantity | {string.Join(" | ", reports.Select(report => report.Name))} | paper |");
Console.WriteLine($"|---|{string.Concat(reports.Select(_ => "---:|"))}---|");
foreach (var section in reports[0].Report["sections"]!.AsArray())
{
    if (section!["comparisons"]!.AsArray().Count == 0) continue;
    Console.WriteLine($"| **{section["title"]}** |{string.Concat(reports.Select(_ => " |"))} |");
    foreach (var row in section["comparisons"]!.AsArray())
    {
        string quantity = (string)row!["quantity"]!, paper = (string?)row["paper"] ?? "";
        string name = (string)section["name"]!;
        var values = reports.Select(report => Value(Find(report.Report, name, quantity)));
        Console.WriteLine($"| {quantity} | {string.Join(" | ", values)} | {paper} |");
    }
}

static JsonNode? Find(JsonNode report, string section, string quantity) => report["sections"]!.AsArray()
    .Where(s => (string)s!["name"]! == section).SelectMany(s => s!["comparisons"]!.AsArray())
    .FirstOrDefault(row => (string)row!["quantity"]! == quantity);

static string Value(JsonNode? row)
{
    if (row?["value"] is not { } value) return "–";
    string suffix = (string)row["unit"]! switch { "share" => " %", "share difference" => " pp", _ => "" };
    string text = Number((double)value, suffix);
    return (row["low"], row["high"]) is ({ } low, { } high)
        ? $"{text} [{Number((double)low, suffix)}, {Number((double)high, suffix)}]"
        : text;
}

static string Number(double value, string suffix)
{
    bool share = suffix.Length > 0;
    double shown = share ? 100 * value : value;
    int places = Math.Abs(shown) is 0 or >= 1
        ? (share ? 1 : 2)
        : Math.Min(4, 1 - (int)Math.Floor(Math.Log10(Math.Abs(shown))));
    return shown.ToString("F" + places, CultureInfo.InvariantCulture).Replace('-', '−') + suffix;
}
