// Breaks the code on purpose, one change at a time, and tells which changes no test notices. All changes are compiled
// at once, each behind a switch that an environment variable turns, so that there is one build and then one short run
// of the tests for each.
//
//   dotnet run eng/mutate.cs -- TESTS COUNT FILE… [-- RUNNER OPTIONS…]
//   dotnet run eng/mutate.cs -- tests/Loci.Tests 40 src/Loci/Studies/Statistics/*.cs -- -namespace Loci.Tests.Studies
//
// TESTS is a test project, COUNT how many changes to draw (with a fixed seed), FILE what to change. The files must be
// committed: they are changed where they stand and restored in the end. A change is an operator, a comparison, a sign,
// a number or a Math.Min turned into another in an assignment, a condition or a result that stands on one line, or a
// statement on one line taken out; a line that does not compile when changed is left out.
#:property GenerateDocumentationFile=true
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

const string Variable = "LOCI_MUTANT";
const int Seconds = 300;                            // a run that takes longer has been noticed

string[] own = [.. args.TakeWhile(arg => arg != "--")], runner = [.. args.Skip(own.Length + 1)];
if (own.Length < 3 || !int.TryParse(own[1], out int wanted))
    throw new ArgumentException("mutate.cs TESTS COUNT FILE… [-- RUNNER OPTIONS…]");
string tests = own[0];
string[] files = own[2..];
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

var all = new List<Mutant>();
foreach (string file in files)
{
    string[] lines = File.ReadAllLines(file);
    for (int at = 0; at < lines.Length; at++)
    {
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
                all.Add(new(file, at, line.Groups["head"].Value, e, changed, line.Groups["tail"].Value));
        }
        // After the end of a statement or of a block's head, so that it is whole.
        else if (at > 0 && Regex.IsMatch(lines[at - 1], @"(^\s*|[;{})])$")
            && removable.Match(lines[at]) is { Success: true } call)
            all.Add(new(file, at, call.Groups[1].Value, call.Groups[2].Value, "", ""));
    }
}
var random = new Random(1);
// One change a line: two would need two switches in it.
List<Mutant> drawn = [.. all.OrderBy(_ => random.Next()).DistinctBy(mutant => (mutant.File, mutant.Line)).Take(wanted)];
Console.WriteLine($"{all.Count} changes are possible in {files.Length} files; {drawn.Count} drawn.");

int survived = 0, noticed = 0;
try
{
    while (true)
    {
        Write(drawn);
        var (code, output) = Capture("dotnet", ["build", tests, "-c", "Release", "-v", "q", "-nologo"]);
        if (code == 0) break;
        // Errors name the lines that a change may not be made in.
        var bad = Regex.Matches(output, @"([^\s(]+\.cs)\((\d+),\d+\): error")
            .Select(m => (Path.GetFullPath(m.Groups[1].Value), int.Parse(m.Groups[2].Value) - 1)).ToHashSet();
        if (drawn.RemoveAll(mutant => bad.Contains((Path.GetFullPath(mutant.File), mutant.Line))) == 0)
            throw new InvalidOperationException(output);
    }
    string name = Path.GetFileName(Path.GetFullPath(tests)), program = $"artifacts/bin/{name}/release/{name}.dll";
    string[] command = [program, .. runner, "-stopOnFail", "-noLogo"];
    if (Test(-1, command)) throw new InvalidOperationException("The tests fail without any change.");
    for (int i = 0; i < drawn.Count; i++)
    {
        bool failed = Test(i, command);
        if (failed) noticed++;
        else survived++;
        if (!failed)
            Console.WriteLine(
                $"SURVIVED {drawn[i].File}({drawn[i].Line + 1}): {drawn[i].Expression}\n      as {drawn[i].Changed}");
    }
}
finally
{
    Run("git", ["checkout", "--", .. files]);
}
Console.WriteLine(
    $"{noticed} of {noticed + survived} changes noticed ({100.0 * noticed / Math.Max(1, noticed + survived):f0} %)");
return survived == 0 ? 0 : 1;

static void Write(List<Mutant> mutants)
{
    foreach (var file in mutants.Select((mutant, number) => (mutant, number)).GroupBy(m => m.mutant.File))
    {
        Run("git", ["checkout", "--", file.Key]);
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

static bool Test(int mutant, string[] command)
{
    var start = new ProcessStartInfo("dotnet", command) { RedirectStandardOutput = true, RedirectStandardError = true };
    start.Environment[Variable] = $"{mutant}";
    using var process = Process.Start(start)!;
    process.OutputDataReceived += (_, _) => { };
    process.ErrorDataReceived += (_, _) => { };
    process.BeginOutputReadLine();
    process.BeginErrorReadLine();
    if (process.WaitForExit(TimeSpan.FromSeconds(Seconds))) return process.ExitCode != 0;
    process.Kill(entireProcessTree: true);
    return true;
}

static int Run(string program, string[] arguments) => Capture(program, arguments).Code;

static (int Code, string Output) Capture(string program, string[] arguments)
{
    using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
    string output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    return (process.ExitCode, output);
}

/// <summary>One change: an expression of a line, and what it becomes; nothing for a statement taken out.</summary>
internal sealed record Mutant(string File, int Line, string Head, string Expression, string Changed, string Tail);
