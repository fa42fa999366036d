using Loci.Atlas;
using Loci.Memory.Recall;
using Loci.Studies.Statistics;

namespace Loci.Studies.Annotation;

/// <summary>What people are asked to look at.</summary>
public sealed record AnnotationParameters
{
    /// <summary>Cells of a layer; the paper's 10.</summary>
    public int KeysPerLayer { get; init; } = 10;

    /// <summary>Triggers of a key, strongest first; the paper's 25.</summary>
    public int Prefixes { get; init; } = 25;

    /// <summary>
    /// Triggers of other cells of the layer, mixed among them: who finds patterns in those, finds them anywhere.
    /// </summary>
    public int Distractors { get; init; } = 5;

    /// <summary>Decides cells, distractors and every order.</summary>
    public int Seed { get; init; } = 1;
}

/// <summary>Keys and prefixes for people to look at, in the order they see them, with what they must not see.</summary>
/// <param name="Model">The model's name, as the atlas has it.</param>
/// <param name="ModelHash">What identifies it.</param>
/// <param name="Seed">The seed it was drawn with.</param>
/// <param name="Keys">The keys; their names say nothing of layer or cell.</param>
public sealed record AnnotationTask(string Model, string ModelHash, int Seed, IReadOnlyList<AnnotationKey> Keys)
{
    /// <summary>
    /// Draws keys and mixes in distractors. Of a gated cell one pole that fired is taken, either alike.
    /// </summary>
    /// <exception cref="LociException">No cell of the atlas ever fired.</exception>
    public static AnnotationTask Draw(AtlasFile atlas, AnnotationParameters parameters)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(parameters.Distractors);
        var random = Sampling.Generator(Sampling.Seed(parameters.Seed, -1));
        StudyCell[] cells = [.. StudyCell.Sample(atlas, parameters.KeysPerLayer, parameters.Prefixes, parameters.Seed)
            .GroupBy(cell => (cell.Id.Layer, cell.Id.Index))
                .Select(poles => poles.ElementAt(random.Next(poles.Count())))];
        if (cells.Length == 0)
            throw new LociException($"{atlas.Path} has no cell that ever fired: there is nothing to annotate.");
        // More cells than the keys, so that a layer of few keys has other cells to take distractors from.
        var others = StudyCell.Sample(atlas, 4 * parameters.KeysPerLayer, parameters.Prefixes, parameters.Seed + 1)
            .ToLookup(cell => cell.Id.Layer);
        random.Shuffle(cells);
        return new(atlas.Manifest.Model, atlas.Manifest.ModelHash, parameters.Seed, [.. cells.Select((cell, k) =>
        {
            AnnotationLine[] lines =
            [
                .. cell.Triggers.Select(trigger => Line(atlas, trigger, distractor: false)),
                .. Distractors(cell, others, parameters.Distractors, random)
                    .Select(trigger => Line(atlas, trigger, distractor: true)),
            ];
            random.Shuffle(lines);
            return new AnnotationKey(
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"K{k + 1:000}"), cell.Id, lines);
        })]);
    }

    private static IEnumerable<Trigger> Distractors(
        StudyCell cell, ILookup<int, StudyCell> others, int count, Random random)
    {
        var own = cell.Cell.Positive.Concat(cell.Cell.Negative).Select(trigger => (trigger.Sentence, trigger.Position))
            .ToHashSet();
        Trigger[] pool = [.. others[cell.Id.Layer].Where(other => other.Id.Index != cell.Id.Index)
            .SelectMany(other => other.Triggers)
            .Where(trigger => !own.Contains((trigger.Sentence, trigger.Position)))
            .DistinctBy(trigger => (trigger.Sentence, trigger.Position)).OrderBy(trigger => trigger.Sentence)
                .ThenBy(trigger => trigger.Position)];
        random.Shuffle(pool);
        return pool.Take(count);
    }

    private static AnnotationLine Line(AtlasFile atlas, Trigger trigger, bool distractor) => new(
        atlas.Sentence(trigger).Prefix(trigger.Position).TrimStart(' '), trigger.Sentence, trigger.Position,
        distractor);
}

/// <summary>One key of a task.</summary>
/// <param name="Name">What the sheets call it: K001.</param>
/// <param name="Cell">The cell and the pole.</param>
/// <param name="Lines">Its prefixes, triggers and distractors mixed; line 1 is the first.</param>
public sealed record AnnotationKey(string Name, CellId Cell, IReadOnlyList<AnnotationLine> Lines);

/// <summary>One prefix of a key.</summary>
/// <param name="Text">Its text, without spaces at its beginning.</param>
/// <param name="Sentence">Its sentence in the corpus.</param>
/// <param name="Position">Position of its last token.</param>
/// <param name="Distractor">It is another cell's.</param>
public sealed record AnnotationLine(string Text, long Sentence, int Position, bool Distractor);
