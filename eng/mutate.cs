// Breaks the code on purpose, one change at a time, and tells which changes no test notices. All changes are compiled
// at once, each behind a switch that an environment variable turns, so that there is one build and then one short run
// of the tests for each.
//
//   dotnet run eng/mutate.cs -- TESTS COUNT FILE… [-- RUNNER OPTIONS…] [-- FILE… -- RUNNER OPTIONS…]…
//   dotnet run eng/mutate.cs -- tests/Loci.Tests 40 src/Loci/Studies/Statistics/*.cs -- -namespace Loci.Tests.Studies
//
// TESTS is a test project, COUNT how many changes to draw (with a fixed seed), FILE what to change; further files with
// their own options are a further area, with as many changes and a score of its own, in the same build. The files must
// be committed: they are changed where they stand and restored in the end. A change is an operator, a comparison, a
// sign, a number or a Math.Min turned into another in an assignment, a condition or a result that stands on one line,
// or a statement on one line taken out; a line that does not compile when changed is left out.
#:property GenerateDocumentationFile=true
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

const string Variable = "LOCI_MUTANT";
const int Slower = 10;                              // so many times slower than without a change is noticed

// TESTS COUNT FILE…, options, FILE…, options: what stands between two --.
var groups = new List<List<string>> { new() };
foreach (string arg in args)
    if (arg == "--") groups.Add([]);
    else groups[^1].Add(arg);
if (groups[0].Count < 3 || !int.TryParse(groups[0][1], out int wanted))
    throw new ArgumentException("mutate.cs TESTS COUNT FILE… [-- RUNNER OPTIONS…] [-- FILE… -- RUNNER OPTIONS…]…");
string tests = groups[0][0];
groups[0].RemoveRange(0, 2);
(string[] Files, string[] Runner)[] areas =
    [.. groups.Chunk(2).Select(pair => (pair[0].ToArray(), pair.Length > 1 ? pair[1].ToArray() : []))];
string[] files = [.. areas.SelectMany(area => area.Files).Distinct()];
if (Run("git", ["diff", "--quiet", "HEAD", "--", .. files]) != 0)
    throw new InvalidOperationException("Commit the files first: they are changed and then restored.");

(string From, string To)[] operators =
[
    (" + ", " - "), (" - ", " + "), (" * ", " / "), (" / ", " * "), (" < ", " <= "), (" <= ", " < "), (" > ", " >= "),
    (" >= ", " > "),
    (" == ", " != "), (" != ", " == "), (" && ", " || "), (" || ", " && "), ("Math.Max(", "Math.Min("),
    ("Math.Min(", "Math.Max("),
];
var shapes = new[]
{
    new Regex(@"^(?<head>\s*(?:var|double|int|float|long|bool) \w+ = )(?<e>[^,]+?)(?<tail>;)$"),
    new Regex(@"^(?<head>\s*[\w.\[\] ]+ (?:\+|-|\*|/)?= )(?<e>[^,]+?)(?<tail>;)$"),
    new Regex(@"^(?<head>\s*return )(?<e>.+?)(?<tail>;)$"),
    new Regex(@"^(?<head>\s*if \()(?<e>[^()]*(?:\([^()]*\)[^()]*)*)(?<tail>\).*)$"),
    new Regex(@"^(?<head>\s*(?:public|private|internal|static)[^=]*\) => )(?<e>.+?)(?<tail>;)$"),
};

var removable = new Regex(
    @"^(\s*)((?!return|throw|using|yield|goto|await|var |\.)[\w.\[\]]+"
    + @"(?:\([^;{}]*\)| (?:[-+*/|^&]=) [^;{}]+|\+\+|--);)$");

var drawn = new List<Mutant>();
for (int area = 0; area < areas.Length; area++)
{
    List<Mutant> all = [.. areas[area].Files.SelectMany(file => Possible(file, area))];
    var random = new Random(1);
    // One change a line: two would need two switches in it.
    drawn.AddRange(all.OrderBy(_ => random.Next()).DistinctBy(mutant => (mutant.File, mutant.Line)).Take(wanted));
    Console.WriteLine($"Area {area}: {all.Count} changes are possible in {areas[area].Files.Length} files.");
}

var survived = new int[areas.Length];
var noticed = new int[areas.Length];
try
{
    while (true)
    {
        Write(drawn, files);
        var (code, output) = Capture("dotnet", ["build", tests, "-c", "Release", "-v", "q", "-nologo"]);
        if (code == 0) break;
        // Errors name the lines that a change may not be made in.
        var bad = Regex.Matches(output, @"([^\s(]+\.cs)\((\d+),\d+\): error")
            .Select(m => (Path.GetFullPath(m.Groups[1].Value), int.Parse(m.Groups[2].Value) - 1)).ToHashSet();
        // An error may stand later than its cause: a variable that is not set any more is missed where it is used.
        var causes = bad.Select(error => drawn
            .Where(mutant => Path.GetFullPath(mutant.File) == error.Item1 && mutant.Line <= error.Item2)
            .MaxBy(mutant => mutant.Line)).ToHashSet();
        if (drawn.RemoveAll(causes.Contains) == 0) throw new InvalidOperationException(output);
    }
    string name = Path.GetFileName(Path.GetFullPath(tests)), program = $"artifacts/bin/{name}/release/{name}.dll";
    for (int area = 0; area < areas.Length; area++)
    {
        string[] command = [program, .. areas[area].Runner, "-stopOnFail", "-noLogo"];
        var clock = Stopwatch.StartNew();
        if (Test(-1, command, TimeSpan.FromHours(1)))
            throw new InvalidOperationException(
                $"Unchanged, the tests fail, or none is named: {string.Join(' ', command)}");
        var limit = TimeSpan.FromSeconds(10) + clock.Elapsed * Slower;
        Console.WriteLine(
            $"Area {area}: {drawn.Count(mutant => mutant.Area == area)} compile. "
            + $"One run of the tests takes {clock.Elapsed.TotalSeconds:f0} s.");
        for (int i = 0; i < drawn.Count; i++)
        {
            if (drawn[i].Area != area) continue;
            if (Test(i, command, limit))
            {
                noticed[area]++;
                continue;
            }
            survived[area]++;
            Console.WriteLine(
                $"SURVIVED {drawn[i].File}({drawn[i].Line + 1}): {drawn[i].Expression}\n      as {drawn[i].Changed}");
        }
        int tried = noticed[area] + survived[area];
        double percent = 100.0 * noticed[area] / Math.Max(1, tried);
        Console.WriteLine($"Area {area}: {noticed[area]} of {tried} changes noticed ({percent:f0} %)");
    }
}
finally
{
    Run("git", ["checkout", "--", .. files]);
}
return survived.Sum() == 0 ? 0 : 1;

List<Mutant> Possible(string file, int area)
{
    var all = new List<Mutant>();
    string[] lines = File.ReadAllLines(file);
    bool text = false;                              // within a raw string, whose lines are no code
    for (int at = 0; at < lines.Length; at++)
    {
        bool fence = Regex.Count(lines[at], "\"\"\"") % 2 == 1;
        text ^= fence;
        if (text || fence) continue;
        if (Regex.IsMatch(lines[at], @"\bconst\b")) continue;
        if (shapes.Select(shape => shape.Match(lines[at])).FirstOrDefault(match => match.Success) is { } line
            && line.Groups["e"].Value is var e && !e.Contains("=>") && !e.Contains(" is ") && !e.Contains('"')
            && !e.StartsWith('['))
        {
            foreach (var (from, to) in operators)
                for (int place = e.IndexOf(from); place >= 0; place = e.IndexOf(from, place + 1))
                    Change(e[..place] + to + e[(place + from.Length)..]);
            // A sign lost, and a number one more: 0 is 1, 1 is 2, 0.5 is 1.5.
            foreach (Match sign in Regex.Matches(e, @"(?<=^|[(,?:] ?)-(?=[\w(])")) Change(e.Remove(sign.Index, 1));
            foreach (Match number in Regex.Matches(e, @"(?<![\w.])\d+(?:\.\d+)?(?=[fdmuUL]*(?![\w.]))"))
                Change(
                    e[..number.Index] + (decimal.Parse(number.Value, CultureInfo.InvariantCulture) + 1).ToString(
                        CultureInfo.InvariantCulture) + e[(number.Index + number.Length)..]);

            void Change(string changed) =>
                all.Add(new(area, file, at, line.Groups["head"].Value, e, changed, line.Groups["tail"].Value));
        }
        // After the end of a statement or of a block's head, so that it is whole.
        else if (at > 0 && Regex.IsMatch(lines[at - 1], @"(^\s*|[;{})])$")
            && removable.Match(lines[at]) is { Success: true } call)
            all.Add(new(area, file, at, call.Groups[1].Value, call.Groups[2].Value, "", ""));
    }
    return all;
}

static void Write(List<Mutant> mutants, string[] files)
{
    Run("git", ["checkout", "--", .. files]);
    foreach (var file in mutants.Select((mutant, number) => (mutant, number)).GroupBy(m => m.mutant.File))
    {
        string[] lines = File.ReadAllLines(file.Key);
        foreach (var (mutant, number) in file)
            lines[mutant.Line] = mutant.Changed.Length == 0
                ? $"{mutant.Head}{{ if (Mutant.Active != {number}) {mutant.Expression} }}"
                : $"{mutant.Head}(Mutant.Active == {number} ? ({mutant.Changed}) : ({mutant.Expression})){mutant.Tail}";
        File.WriteAllLines(file.Key, lines.Append(
            $"file static class Mutant {{ public static readonly int Active = "
            + $"int.TryParse(System.Environment.GetEnvironmentVariable(\"{Variable}\"), out int n) ? n : -1; }}"));
    }
}

// Whether a run of the tests fails, comes to no end, or runs no test at all.
static bool Test(int mutant, string[] command, TimeSpan limit)
{
    var start = new ProcessStartInfo("dotnet", command) { RedirectStandardOutput = true, RedirectStandardError = true };
    start.Environment[Variable] = $"{mutant}";
    using var process = Process.Start(start)!;
    var output = process.StandardOutput.ReadToEndAsync();
    var errors = process.StandardError.ReadToEndAsync();
    if (!process.WaitForExit(limit))
    {
        process.Kill(entireProcessTree: true);
        return true;
    }
    return process.ExitCode != 0 || !Regex.IsMatch(output.Result, @"Total: [1-9]");
}

static int Run(string program, string[] arguments) => Capture(program, arguments).Code;

static (int Code, string Output) Capture(string program, string[] arguments)
{
    using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
    string output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    return (process.ExitCode, output);
}

/// <summary>
/// One change of an area: an expression of a line, and what it becomes; nothing for a statement taken out.
/// </summary>
internal sealed record Mutant(
    int Area, string File, int Line, string Head, string Expression, string Changed, string Tail);
