using Loci.Atlas;
using Loci.Studies.Patterns;
using Loci.Studies.Statistics;

namespace Loci.Studies.Annotation;

/// <summary>
/// The key-value paper's annotation (its section 3 and figure 2) by people: blind sheets out, numbers back.
/// </summary>
public static class Annotations
{
    /// <summary>The file that says which key is which cell.</summary>
    public const string TaskName = "key.json";

    /// <summary>The empty sheet, to be copied for every annotator.</summary>
    public const string SheetName = "sheet.csv";

    /// <summary>Fewest prefixes that make a pattern; the paper's.</summary>
    public const int Least = 3;

    /// <summary>Writes an empty sheet and the key to it into a folder, which is made if need be.</summary>
    /// <exception cref="LociException">
    /// The folder holds a task already: sheets filled in for it would no longer be readable.
    /// </exception>
    public static AnnotationTask Export(AtlasFile atlas, string folder, AnnotationParameters parameters)
    {
        string key = Path.Combine(folder, TaskName);
        if (File.Exists(folder)) throw new LociException($"{folder} is a file; name a folder.");
        if (File.Exists(key))
            throw new LociException(
                $"{key} is there already, and sheets may have been filled in for it. Name another folder.");
        var task = AnnotationTask.Draw(atlas, parameters);
        Directory.CreateDirectory(folder);
        AnnotationSheet.WriteEmpty(task, Path.Combine(folder, SheetName));
        AnnotationTaskFile.Write(task, key);
        return task;
    }

    /// <summary>The task of a folder.</summary>
    /// <exception cref="LociException">The folder holds none, or it is damaged.</exception>
    public static AnnotationTask Open(string folder)
    {
        string path = Path.Combine(folder, TaskName);
        if (!File.Exists(path))
            throw new LociException($"{folder} holds no {TaskName}; name a folder that «loci annotate export» wrote.");
        return AnnotationTaskFile.Read(path);
    }

    /// <summary>Counts what people wrote, and how far they agree.</summary>
    /// <param name="task">The task.</param>
    /// <param name="sheets">Sheets read for it, at least one.</param>
    /// <param name="automatic">
    /// Labels of the automatic study for the task's cells; null: not compared. A cell without one was not labelled.
    /// </param>
    public static AnnotationResult Compare(
        AnnotationTask task, IReadOnlyList<AnnotationSheet> sheets,
        IReadOnlyDictionary<CellId, PatternLabel>? automatic = null)
    {
        // All prefixes of a key were judged together.
        var prefixes = Units.OfCells(task.Keys.SelectMany((key, k) => key.Lines.Select(_ => k)));
        List<AnnotatorAgreement> pairs = [];
        for (int a = 0; a < sheets.Count; a++)
            for (int b = a + 1; b < sheets.Count; b++)
                pairs.Add(new(
                    sheets[a].Name, sheets[b].Name,
                    CohenKappa.Of(Labels(sheets[a]), Labels(sheets[b]), Units.Each(task.Keys.Count)),
                    CohenKappa.Of(Marked(task, sheets[a]), Marked(task, sheets[b]), prefixes)));
        return new(
            task.Keys.Count, [.. sheets.Select(sheet => Count(task, sheet))], pairs,
            automatic is null ? [] : [.. sheets.Select(sheet => AgainstAutomatic(task, sheet, automatic))]);
    }

    private static AnnotatorResult Count(AnnotationTask task, AnnotationSheet sheet)
    {
        var keys = Enumerable.Range(0, task.Keys.Count).ToArray();
        double[] distractors =
        [
            .. keys.Select(k => Share(task, sheet, k, distractor: true, kind => kind.Shallow || kind.Semantic))
                .OfType<double>(),
        ];
        return new(
            sheet.Name,
            Estimate.Share(keys.Count(k => Kept(sheet.Keys[k]).Any()), keys.Length),
            Estimate.Mean([.. keys.Select(k => (double)Kept(sheet.Keys[k]).Count())], Units.OfCells(keys)),
            sheet.Keys.Sum(key => key.Patterns.Count - Kept(key).Count()),
            Estimate.MeanShare(distractors, Units.OfCells(Enumerable.Range(0, distractors.Length))),
            [.. keys.GroupBy(k => task.Keys[k].Cell.Layer).OrderBy(layer => layer.Key)
                .Select(layer => new AnnotatedLayer(
                layer.Key, layer.Count(), new(
                    Of(layer, kind => kind is { Shallow: true, Semantic: false }),
                    Of(layer, kind => kind is { Shallow: false, Semantic: true }),
                    Of(layer, kind => kind is { Shallow: true, Semantic: true }),
                    Of(layer, kind => kind.Shallow || kind.Semantic))))]);

        Estimate Of(IEnumerable<int> layer, Func<(bool Shallow, bool Semantic), bool> is_)
        {
            double[] shares = [.. layer.Select(k => Share(task, sheet, k, distractor: false, is_)).OfType<double>()];
            return Estimate.MeanShare(shares, Units.OfCells(Enumerable.Range(0, shares.Length)));
        }
    }

    /// <summary>
    /// The share of a key's triggers, or of its distractors, that were marked in some way; null: it has none.
    /// </summary>
    private static double? Share(
        AnnotationTask task, AnnotationSheet sheet, int key, bool distractor,
        Func<(bool Shallow, bool Semantic), bool> marked)
    {
        var lines = task.Keys[key].Lines;
        int[] wanted = [.. Enumerable.Range(0, lines.Count).Where(line => lines[line].Distractor == distractor)];
        return wanted.Length == 0
            ? null
            : (double)wanted.Count(line => marked(Marks(sheet.Keys[key], line))) / wanted.Length;
    }

    private static (bool Shallow, bool Semantic) Marks(AnnotatedKey key, int line) => (
        Kept(key).Any(pattern => !pattern.Semantic && pattern.Lines.Contains(line)),
        Kept(key).Any(pattern => pattern.Semantic && pattern.Lines.Contains(line)));

    private static IEnumerable<AnnotatedPattern> Kept(AnnotatedKey key) =>
        key.Patterns.Where(pattern => pattern.Lines.Count >= Least);

    private static PatternLabel Label(AnnotatedKey key) =>
        (Kept(key).Any(pattern => !pattern.Semantic), Kept(key).Any(pattern => pattern.Semantic)) switch
        {
            (true, true) => PatternLabel.Both,
            (true, false) => PatternLabel.Shallow,
            (false, true) => PatternLabel.Semantic,
            _ => PatternLabel.None,
        };

    private static int[] Labels(AnnotationSheet sheet) => [.. sheet.Keys.Select(key => (int)Label(key))];

    private static int[] Marked(AnnotationTask task, AnnotationSheet sheet) =>
        [
            .. task.Keys.SelectMany(
                (key, k) => key.Lines.Select((_, line) => Marks(sheet.Keys[k], line) is (false, false) ? 0 : 1)),
        ];

    private static AutomaticAgreement AgainstAutomatic(
        AnnotationTask task, AnnotationSheet sheet, IReadOnlyDictionary<CellId, PatternLabel> automatic)
    {
        int[] both = [.. Enumerable.Range(0, task.Keys.Count).Where(k => automatic.ContainsKey(task.Keys[k].Cell))];
        return new(sheet.Name, CohenKappa.Of(
            [.. both.Select(k => (int)Label(sheet.Keys[k]))], [.. both.Select(k => (int)automatic[task.Keys[k].Cell])],
            Units.Each(both.Length)));
    }
}
