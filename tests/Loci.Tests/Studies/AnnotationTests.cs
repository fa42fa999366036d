using System.Text;
using CsCheck;
using Loci.Studies.Annotation;
using Loci.Studies.Patterns;

namespace Loci.Tests.Studies;

public sealed class AnnotationTests : IDisposable
{
    private static readonly string[] s_openings =
    [
        "=", "+", "-", "@", "\t=", " =", "'", "''=", "\r\n@", "＝", "\"=", ",=",
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly AtlasOfSentences _atlas = AtlasOfSentences.Constructed(300);

    [Fact]
    public void A_task_is_blind_repeats_and_holds_the_triggers_and_distractors_it_says()
    {
        var task = Export(new() { KeysPerLayer = 4, Prefixes = 10, Distractors = 3, Seed = 2 });
        Assert.Equal(8, task.Keys.Count);
        Assert.NotEqual(
            task.Keys.OrderBy(key => key.Cell.Layer).Select(key => key.Name), task.Keys.Select(key => key.Name));
        foreach (var key in task.Keys)
        {
            var triggers = _atlas.Source.Atlas.Triggers(key.Cell);
            Assert.Equal(3, key.Lines.Count(line => line.Distractor));
            Assert.Equal(
                triggers.Take(10).Select(t => (t.Sentence, t.Position)).Order(),
                key.Lines.Where(line => !line.Distractor).Select(line => (line.Sentence, line.Position)).Order());
            Assert.DoesNotContain(key.Lines, line =>
                line.Distractor && triggers.Any(t => (t.Sentence, t.Position) == (line.Sentence, line.Position)));
            Assert.All(key.Lines, line =>
                Assert.Equal(_atlas.Source.Atlas.Sentence(line.Sentence).Prefix(line.Position).Trim(), line.Text));
        }
        string sheet = File.ReadAllText(_folder["task/sheet.csv"]);
        Assert.DoesNotMatch("L[01]/|[Ll]ayer|distractor", sheet);

        byte[] first = File.ReadAllBytes(_folder["task/sheet.csv"]);
        Annotations.Export(
            _atlas.Source.Atlas, _folder["again"],
            new() { KeysPerLayer = 4, Prefixes = 10, Distractors = 3, Seed = 2 });
        Assert.Equal(first, File.ReadAllBytes(_folder["again/sheet.csv"]));
        Assert.Equivalent(task, Annotations.Open(_folder["task"]), strict: true);
        Assert.Contains("already", Assert.Throws<LociException>(() => Export(new())).Message);
    }

    [Fact]
    public void What_annotators_wrote_is_counted()
    {
        var task = Export(new() { KeysPerLayer = 2, Prefixes = 6, Distractors = 2 });
        // Ann calls all triggers of every key shallow; Bob the same, but the last key semantic, two patterns too
        // rare, a distractor each.
        var ann = AnnotationSheet.Read(
            task, Fill(task, "ann.csv", (_, line) => line.Distractor ? "" : "a", _ => [("a", "shallow")]));
        var bob = AnnotationSheet.Read(task, Fill(
            task, "bob.csv", (key, line) =>
                !line.Distractor
                    ? key == task.Keys[0] && line == key.Lines.First(l => !l.Distractor)
                    ? "A, b"
                    : "a"
                    : line == key.Lines.First(l => l.Distractor)
                    ? "a"
                    : "",
            key =>
                key == task.Keys[0]
                    ? [("a", "shallow"), ("b", "Semantic")]
                    : key == task.Keys[^1]
                    ? [("a", "SEMANTIC")]
                    : [("a", "shallow")]));
        var labels = task.Keys.ToDictionary(
            key => key.Cell, key => key == task.Keys[^1] ? PatternLabel.Semantic : PatternLabel.Shallow);
        var result = Annotations.Compare(task, [ann, bob], labels);

        Assert.Equal(["ann", "bob"], result.Annotators.Select(a => a.Name));
        Assert.Equal((1.0, 0.0, 0),
            (result.Annotators[0].WithPattern.Value, result.Annotators[0].Distractors.Value,
                result.Annotators[0].TooRare));
        Assert.Equal((1.0, 0.5, 1),
            (result.Annotators[1].Patterns.Value, result.Annotators[1].Distractors.Value,
                result.Annotators[1].TooRare));
        var last = result.Annotators[1].Layers.Single(layer => layer.Layer == task.Keys[^1].Cell.Layer);
        Assert.Equal((0.5, 0.5, 0.0, 1.0),
            (last.Triggers.Shallow.Value, last.Triggers.Semantic.Value, last.Triggers.Both.Value,
                last.Triggers.Any.Value));
        var pair = Assert.Single(result.Pairs);
        Assert.Equal(0.75, pair.Keys.Observed);
        Assert.Equal(1 - 4 / 32.0, pair.Prefixes.Observed);
        Assert.Equal([0.75, 1], result.Automatic.Select(a => a.Keys.Observed));
        Assert.Equal(1, result.Automatic[1].Keys.Kappa.Value);
    }

    [Fact]
    public void Spreadsheets_may_sort_and_save_a_sheet_their_own_way()
    {
        var task = Export(new() { KeysPerLayer = 2, Prefixes = 5, Distractors = 1 });
        string path = Fill(task, "ann.csv", (_, line) => line.Distractor ? "" : "a", _ => [("a", "shallow")]);
        string[] lines = File.ReadAllLines(path);
        File.WriteAllText(
            path, string.Join("\n", lines.Skip(1).Reverse().Prepend(lines[0]).Select(Semicolons)) + "\n;;;;;\n");
        Assert.All(AnnotationSheet.Read(task, path).Keys, key =>
            Assert.Equal(5, Assert.Single(key.Patterns).Lines.Count));

        static string Semicolons(string line) =>
            string.Concat(line.Split('"').Select((part, i) => i % 2 == 0 ? part.Replace(',', ';') : $"\"{part}\""));
    }

    [Theory]
    [InlineData("key,line,prefix", "key,line,text", "the columns key")]
    [InlineData("K001,3,", "K001,3,other words,,,", "column prefix: the text of K001, line 3, is not the one", true)]
    [InlineData("K001,3,", "", "lacks the row of K001, line 3", true)]
    [InlineData("K001,a,", "", "lacks the row of K001, line a", true)]
    [InlineData("K001,3,", "K999,3,", "row {0}, column key: «K999» is not a key")]
    [InlineData("K001,3,", "K001,99,", "row {0}, column line: «99» is not a line of K001")]
    [InlineData("K001,a,,,,", "K001,a,,,deep,words", "row {0}, column kind: «deep» is neither")]
    [InlineData("K001,a,,,,", "K001,a,,,shallow,", "row {0}, column description: the pattern has a kind")]
    [InlineData("K001,a,,,,", "K001,a,,x,,", "row {0}, column patterns: «x» does not belong")]
    [InlineData("K001,b,,,,", "K001,a,,,,", "row {0}, column line: K001 has line a twice")]
    [InlineData("K001,b,,,,", "K001,b,,,,,", "there are 7 columns")]
    [InlineData("K001,b,,,,", "K001,b,,,,\"", "never closed")]
    public void A_damaged_sheet_is_refused_with_its_place(string find, string put, string says, bool whole = false)
    {
        var task = Export(new() { KeysPerLayer = 2, Prefixes = 5, Distractors = 1 });
        string[] lines = File.ReadAllText(_folder["task/sheet.csv"]).Split("\r\n");
        int at = Array.FindIndex(lines, line => line.TrimStart('\uFEFF').StartsWith(find, StringComparison.Ordinal));
        lines[at] = whole ? put : lines[at].Replace(find, put, StringComparison.Ordinal);
        if (put.EndsWith('"')) lines = lines[..(at + 1)];       // no later quote may close it
        File.WriteAllText(_folder["bad.csv"], string.Join("\r\n", lines));
        var error = Assert.Throws<InvalidFileException>(() => AnnotationSheet.Read(task, _folder["bad.csv"]));
        Assert.Contains(says.Replace("{0}", $"{at + 1}", StringComparison.Ordinal), error.Message);
    }

    [Fact]
    public void A_letter_without_a_description_is_refused_where_it_stands()
    {
        var task = Export(new() { KeysPerLayer = 1, Prefixes = 5, Distractors = 1 });
        string path = Fill(task, "ann.csv", (key, line) => key == task.Keys[1] && line == key.Lines[2] ? "ab" : "", _ =>
            [("a", "shallow")]);
        var error = Assert.Throws<InvalidFileException>(() => AnnotationSheet.Read(task, path));
        int row = 1 + task.Keys[0].Lines.Count + AnnotationSheet.Letters + 3;
        Assert.Contains(
            $"row {row}, column patterns: «b» is not the letter of a pattern that K002 describes", error.Message);
    }

    [Fact]
    public void A_damaged_sheet_or_key_is_refused_and_nothing_else_happens()
    {
        var task = Export(new() { KeysPerLayer = 2, Prefixes = 5, Distractors = 1 });
        byte[] sheet = File.ReadAllBytes(_folder["task/sheet.csv"]), key = File.ReadAllBytes(_folder["task/key.json"]);
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Byte, Gen.Bool, Gen.Bool).Sample((at, value, cut, ofKey) =>
        {
            byte[] bytes = ofKey ? key : sheet;
            byte[] damaged = cut ? bytes[..(at % bytes.Length)] : [.. bytes];
            if (!cut) damaged[at % bytes.Length] = value;
            File.WriteAllBytes(_folder["task/key.json"], ofKey ? damaged : key);
            File.WriteAllBytes(_folder["damaged.csv"], ofKey ? sheet : damaged);
            try
            {
                AnnotationSheet.Read(ofKey ? Annotations.Open(_folder["task"]) : task, _folder["damaged.csv"]);
            }
            catch (LociException)
            {
                // Refused; anything else fails the test.
            }
        }, iter: 300, threads: 1);
    }

    [Fact]
    public void No_text_of_a_corpus_becomes_a_formula_and_every_text_comes_back() => Gen.OneOf(
        Gen.String,
        Gen.Select(Gen.Int[0, s_openings.Length - 1].Select(i => s_openings[i]), Gen.String, (a, b) =>
            a + b)).Sample(text =>
    {
        text = text.Replace("\0", "", StringComparison.Ordinal);
        string cell = SheetCell.Defuse(text);
        Assert.Equal(text, SheetCell.Restore(cell));
        Assert.False(cell.TrimStart() is [var first, ..] && "=+-@＝＋－＠".Contains(first), cell);

        var sheet = new StringBuilder();
        SheetTable.Append(sheet, ["a", cell, "b"]);
        string path = _folder["cells.csv"];
        File.WriteAllText(path, sheet.ToString());
        if (text.EnumerateRunes().All(rune => rune != Rune.ReplacementChar))
            Assert.Equal(["a", cell, "b"], Assert.Single(SheetTable.Read(path)).Cells);
    }, threads: 1);

    public void Dispose()
    {
        _atlas.Dispose();
        _folder.Dispose();
    }

    private AnnotationTask Export(AnnotationParameters parameters) =>
        Annotations.Export(_atlas.Source.Atlas, _folder["task"], parameters);

    private string Fill(
        AnnotationTask task, string name, Func<AnnotationKey, AnnotationLine, string> mark,
        Func<AnnotationKey, (string Letter, string Kind)[]> patterns)
    {
        List<string> lines = [];
        foreach (string line in
            File.ReadAllText(_folder["task/sheet.csv"]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            string[] cells = line.Split(',');
            if (task.Keys.FirstOrDefault(key => key.Name == cells[0]) is not { } key) lines.Add(line);
            else if (int.TryParse(cells[1], out int number))
                lines.Add($"{line[..^2]}\"{mark(key, key.Lines[number - 1])}\",,");
            else if (Array.Find(patterns(key), p => p.Letter == cells[1]) is { Kind: { } kind })
                lines.Add($"{cells[0]},{cells[1]},,,{kind},what I saw");
            else lines.Add(line);
        }
        File.WriteAllText(_folder[name], string.Join("\r\n", lines));
        return _folder[name];
    }
}
