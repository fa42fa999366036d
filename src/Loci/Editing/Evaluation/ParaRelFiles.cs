using System.Text.Json;
using Loci.Memory.Numerics;

namespace Loci.Editing;

/// <summary>
/// ParaRel (Elazar et al. 2021, arXiv 2102.01017) as its repository has it: a folder with <c>facts</c> and
/// <c>patterns</c>, a file each for every relation. A fact becomes an edit to another object of its relation; wordings
/// that end in the object are its prompt and paraphrases, other subjects of the relation its neighbours.
/// </summary>
internal static class ParaRelFiles
{
    private const int MostNeighbours = 10, Seed = 1;
    private const long MostBytes = 1L << 26;
    private const string Subject = "[X]", Object = "[Y]";

    private sealed record Known(string Subject, string Object);

    /// <summary>True for such a folder.</summary>
    public static bool Is(string path) =>
        Directory.Exists(Path.Combine(path, "facts")) && Directory.Exists(Path.Combine(path, "patterns"));

    /// <summary>
    /// Every fact of every relation that has a wording which ends in the object. (Of some relations the repository has
    /// facts and no wordings.)
    /// </summary>
    /// <exception cref="LociException">A file is missing or damaged.</exception>
    public static IReadOnlyList<EditCase> Read(string folder) =>
    [
        .. Directory.GetFiles(Path.Combine(folder, "patterns"), "*.jsonl").Order(StringComparer.Ordinal)
            .Select(patterns => (Facts: Path.Combine(folder, "facts", Path.GetFileName(patterns)), Patterns: patterns))
            .Where(files => File.Exists(files.Facts)).SelectMany(files => Relation(files.Facts, files.Patterns)),
    ];

    private static IEnumerable<EditCase> Relation(string factsFile, string patternsFile)
    {
        string relation = Path.GetFileNameWithoutExtension(factsFile);
        string[] wordings = [.. Lines(patternsFile, json => Text(json, "pattern")).Select(Open).OfType<string>()
            .Distinct()];
        Known[] facts = [.. Lines(factsFile, json => new Known(Text(json, "sub_label"), Text(json, "obj_label")))
            .Distinct()];
        string[] objects = [.. facts.Select(fact => fact.Object).Distinct()];
        if (wordings.Length == 0 || objects.Length < 2) yield break;
        for (int i = 0; i < facts.Length; i++)
        {
            var (subject, answer) = facts[i];
            var random = RandomStream.Of(Seed, $"edits of {relation}", i);
            string[] others = [.. objects.Where(other => other != answer)];
            string target = others[random.Next(others.Length)];
            var near = new List<PromptAnswer>();
            for (int from = random.Next(facts.Length), n = 0; n < facts.Length && near.Count < MostNeighbours; n++)
            {
                var fact = facts[(from + n) % facts.Length];
                if (fact.Subject != subject && fact.Object != target)
                    near.Add(new(Filled(wordings[0], fact.Subject), fact.Object) { Subject = fact.Subject });
            }
            yield return new($"{relation}.{i}", new(Filled(wordings[0], subject), subject, target))
            {
                Before = answer, Paraphrases = [.. wordings.Skip(1).Select(wording => Filled(wording, subject))],
                Neighbours = near,
            };
        }
    }

    // A wording up to the object where nothing but a full stop follows it; null for others: they ask for nothing.
    private static string? Open(string pattern)
    {
        string text = pattern.TrimEnd(' ', '.');
        return text.EndsWith(Object, StringComparison.Ordinal) && text.Contains(Subject, StringComparison.Ordinal)
            ? text[..^Object.Length].TrimEnd() : null;
    }

    private static string Filled(string wording, string subject) =>
        wording.Replace(Subject, subject, StringComparison.Ordinal);

    private static T[] Lines<T>(string path, Func<JsonElement, T> read)
    {
        int number = 0;
        try
        {
            var records = new List<T>();
            foreach (string line in System.Text.Encoding.UTF8.GetString(InputFile.Read(path, MostBytes)).Split('\n'))
            {
                number++;
                if (string.IsNullOrWhiteSpace(line)) continue;
                using var json = JsonDocument.Parse(line);
                records.Add(read(json.RootElement));
            }
            return [.. records];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidFileException(path, $"holds in line {number} no record of ParaRel: {e.Message}", inner: e);
        }
    }

    private static string Text(JsonElement json, string name) =>
        json.GetProperty(name).GetString() ?? throw new InvalidOperationException($"{name} is null");
}
