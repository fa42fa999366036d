using System.Globalization;
using System.Text;

namespace Loci.Studies.Annotation;

/// <summary>
/// What one person wrote: for every key the patterns seen, and the prefixes that hold each. A sheet has a row for every
/// prefix (key, line number, text; to fill in: the letters of its patterns) and, after a key's prefixes, a row for
/// every letter (to fill in: shallow or semantic, and the pattern in words).
/// </summary>
public sealed class AnnotationSheet
{
    /// <summary>Most patterns of a key.</summary>
    public const int Letters = 8;

    private static readonly string[] s_columns = ["key", "line", "prefix", "patterns", "kind", "description"];

    private AnnotationSheet(string name, IReadOnlyList<AnnotatedKey> keys) => (Name, Keys) = (name, keys);

    /// <summary>The file's name, without folder and extension.</summary>
    public string Name { get; }

    /// <summary>The keys, in the order of the task.</summary>
    public IReadOnlyList<AnnotatedKey> Keys { get; }

    /// <summary>Writes the empty sheet.</summary>
    internal static void WriteEmpty(AnnotationTask task, string path)
    {
        var sheet = new StringBuilder("\uFEFF");    // spreadsheets take a file for UTF-8 only with the mark
        SheetTable.Append(sheet, s_columns);
        foreach (var key in task.Keys)
        {
            for (int line = 1; line <= key.Lines.Count; line++)
                SheetTable.Append(sheet,
                    [key.Name, line.ToString(CultureInfo.InvariantCulture), SheetCell.Defuse(key.Lines[line - 1].Text),
                        "", "", ""]);
            for (int letter = 0; letter < Letters; letter++)
                SheetTable.Append(sheet, [key.Name, $"{(char)('a' + letter)}", "", "", "", ""]);
        }
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(sheet.ToString()));
    }

    /// <summary>Reads a sheet that was filled in; rows may have been sorted, empty ones added.</summary>
    /// <param name="task">The task it was written for.</param>
    /// <param name="path">The sheet.</param>
    /// <exception cref="InvalidFileException">The sheet is not this task's, damaged or incomplete; the message names
    /// row and column.</exception>
    public static AnnotationSheet Read(AnnotationTask task, string path)
    {
        if (!File.Exists(path)) throw new LociException($"There is no sheet {path}.");
        var rows = SheetTable.Read(path);
        if (rows.Count == 0
            || !rows[0].Cells.Select(cell => cell.Trim()).SequenceEqual(s_columns, StringComparer.OrdinalIgnoreCase))
            throw new InvalidFileException(path, $"does not begin with the columns {string.Join(", ", s_columns)}");
        var drafts = task.Keys.ToDictionary(key => key.Name, key => new Draft(key));
        foreach (var (line, cells) in rows.Skip(1))
        {
            if (cells.Length != s_columns.Length)
                throw Refuse(path, line, cells.Length, $"there are {cells.Length} columns, not {s_columns.Length}");
            if (!drafts.TryGetValue(cells[0].Trim(), out var draft))
                throw Refuse(path, line, 1, $"«{cells[0]}» is not a key of this task");
            draft.Take(path, line, cells);
        }
        return new(Path.GetFileNameWithoutExtension(path), [.. task.Keys.Select(key => drafts[key.Name].Finish(path))]);
    }

    private static InvalidFileException Refuse(string path, int line, int column, string problem) => new(
        path, string.Create(CultureInfo.InvariantCulture,
            $"row {line}, column {s_columns[Math.Clamp(column, 1, s_columns.Length) - 1]}: {problem}"));

    private sealed class Draft(AnnotationKey key)
    {
        private readonly string?[] _marks = new string?[key.Lines.Count];
        private readonly int[] _markRows = new int[key.Lines.Count];
        private readonly bool[] _seen = new bool[Letters];
        private readonly AnnotatedPattern?[] _patterns = new AnnotatedPattern?[Letters];

        public void Take(string path, int row, string[] cells)
        {
            string at = cells[1].Trim();
            if (at.Length == 1 && at[0] - 'a' is >= 0 and < Letters and var letter)
                TakePattern(path, row, letter, cells);
            else if (int.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out int line) && line >= 1
                && line <= _marks.Length)
                TakePrefix(path, row, line - 1, cells);
            else
                throw Refuse(path, row, 2,
                    $"«{at}» is not a line of {key.Name}: it has 1 to {_marks.Length} and a to "
                    + $"{(char)('a' + Letters - 1)}");
        }

        public AnnotatedKey Finish(string path)
        {
            int missing = Array.IndexOf(_marks, null);
            if (missing >= 0) throw new InvalidFileException(path, $"lacks the row of {key.Name}, line {missing + 1}");
            missing = Array.IndexOf(_seen, false);
            if (missing >= 0)
                throw new InvalidFileException(path, $"lacks the row of {key.Name}, line {(char)('a' + missing)}");
            var held = new List<int>[Letters];
            for (int letter = 0; letter < Letters; letter++) held[letter] = [];
            for (int line = 0; line < _marks.Length; line++)
                foreach (char c in _marks[line]!)
                {
                    if (c is ' ' or ',' or ';' or '+') continue;
                    int letter = char.ToLowerInvariant(c) - 'a';
                    if (letter is < 0 or >= Letters || _patterns[letter] is null)
                        throw Refuse(path, _markRows[line], 4,
                            $"«{c}» is not the letter of a pattern that {key.Name} describes");
                    if (!held[letter].Contains(line)) held[letter].Add(line);
                }
            return new(
                [.. _patterns.Select((pattern, letter) => pattern is null
                    ? null
                    : pattern with { Lines = held[letter] }).OfType<AnnotatedPattern>()]);
        }

        private void TakePrefix(string path, int row, int line, string[] cells)
        {
            if (_marks[line] is not null) throw Refuse(path, row, 2, $"{key.Name} has line {line + 1} twice");
            if (Plain(SheetCell.Restore(cells[2])) != Plain(key.Lines[line].Text))
                throw Refuse(path, row, 3,
                    $"the text of {key.Name}, line {line + 1}, is not the one that was exported; put it back");
            Empty(path, row, 5, cells);
            Empty(path, row, 6, cells);
            (_marks[line], _markRows[line]) = (cells[3], row);
        }

        private void TakePattern(string path, int row, int letter, string[] cells)
        {
            if (_seen[letter]) throw Refuse(path, row, 2, $"{key.Name} has line {cells[1].Trim()} twice");
            _seen[letter] = true;
            Empty(path, row, 3, cells);
            Empty(path, row, 4, cells);
            string kind = cells[4].Trim(), description = cells[5].Trim();
            if (kind.Length == 0 && description.Length == 0) return;
            if (description.Length == 0) throw Refuse(path, row, 6, "the pattern has a kind and no description");
            bool semantic = kind.Equals("semantic", StringComparison.OrdinalIgnoreCase);
            if (!semantic && !kind.Equals("shallow", StringComparison.OrdinalIgnoreCase))
                throw Refuse(path, row, 5, $"«{kind}» is neither shallow nor semantic");
            _patterns[letter] = new(semantic, SheetCell.Restore(description), []);
        }

        private static void Empty(string path, int row, int column, string[] cells)
        {
            if (cells[column - 1].Trim().Length > 0)
                throw Refuse(path, row, column, $"«{cells[column - 1]}» does not belong here: leave it empty");
        }

        // Spreadsheets write line ends their own way.
        private static string Plain(string text) => text.ReplaceLineEndings("\n").Trim();
    }
}

/// <summary>What one person saw in one key.</summary>
/// <param name="Patterns">The patterns described.</param>
public sealed record AnnotatedKey(IReadOnlyList<AnnotatedPattern> Patterns);

/// <summary>A pattern as a person described it.</summary>
/// <param name="Semantic">Semantic, not shallow.</param>
/// <param name="Description">In words; untrusted text.</param>
/// <param name="Lines">Indexes of the key's lines that hold it, ascending.</param>
public sealed record AnnotatedPattern(bool Semantic, string Description, IReadOnlyList<int> Lines);
