using System.Text.Json.Serialization;
using Loci.Studies.Statistics;

namespace Loci.Studies.Removal;

/// <summary>
/// How much of a prefix a cell needs: the shortest suffix after which its coefficient is still nearly what it is after
/// the whole prefix. A cell of a set phrase needs the phrase, a cell of a topic often more. Not in the paper.
/// </summary>
/// <remarks>
/// A suffix is run as a text of its own: the model's beginning-of-sequence token stands before it where its convention
/// has one, and positions start anew. What a short suffix shows is therefore what these tokens do at the beginning of a
/// text, not at their place in the sentence; a cell that reads positions or the sentence's beginning may fire after a
/// suffix it would not answer there, or not fire. The search ends at the first suffix that will do: whether every
/// longer one will do, too, is not tested.
/// </remarks>
public static class MinimalTrigger
{
    /// <summary>The study as a value.</summary>
    public static Study<MinimalTriggerResult> Study { get; } =
        new Study<MinimalTriggerParameters, MinimalTriggerResult>("minimal", "minimal triggers")
    {
        What = "how much of a prefix a cell needs",
        Reads = StudyInputs.All,
        Sizes = new(paper: new(), quick: new() { KeysPerLayer = 10 }),
        Measure = Run,
        Result = MinimalTriggerJson.Default.MinimalTriggerResult,
        Effort = _ => new(4, 4),
    };

    private static readonly (int From, int To)[] s_waves =
        [(1, 2), (3, 4), (5, 8), (9, 16), (17, 32), (33, 64), (65, 128)];

    /// <summary>Finds the minimal triggers.</summary>
    /// <exception cref="OperationCanceledException">The options' token was signalled.</exception>
    public static MinimalTriggerResult Run(StudySource source, MinimalTriggerParameters parameters,
        StudyOptions options)
    {
        if (parameters.Keep is not (> 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(parameters), parameters.Keep,
                "Keep is above 0 and at most 1.");
        var cells = StudyCell.Sample(source.Atlas, parameters.KeysPerLayer, parameters.Triggers, options.Seed);
        var open = (
            from cell in cells
            from trigger in cell.Triggers
            let prefix = source.Text.Find(trigger.Sentence, trigger.Position)
            select new Search(cell.Id, prefix, source.Text.Stretch(prefix), trigger.Coefficient)).ToList();
        var found = new List<MinimalTriggerRow>(open.Count);
        // Most cells are answered by few tokens, and the price of all suffixes grows with the square of the length.
        for (int wave = 0; open.Count > 0; wave++)
        {
            var (from, to) = wave < s_waves.Length ? s_waves[wave] : (s_waves[^1].To + 1, int.MaxValue);
            Answer(source, open, from, to, options);
            found.AddRange(open.Select(search => search.Done(parameters.Keep, to)).OfType<MinimalTriggerRow>());
            open.RemoveAll(search => search.Done(parameters.Keep, to) is not null);
        }
        var rows = found.OrderBy(row => row.Cell.Layer).ThenBy(row => row.Cell.Index).ThenBy(row => row.Cell.Pole)
            .ThenByDescending(row => Math.Abs(row.Coefficient)).ThenBy(row => row.Sentence).ThenBy(row => row.Position)
            .ToArray();
        return new(
            parameters, [.. rows.GroupBy(row => row.Cell.Layer).Select(layer => Summarise(layer.Key, [.. layer]))],
            rows);
    }

    private static void Answer(StudySource source, List<Search> open, int from, int to, StudyOptions options)
    {
        var queries = new CoefficientQueries(source.Model);
        List<Search> asked = [];
        foreach (var search in open)
        {
            var prefix = source.Text.TokensOf(search.Prefix);
            // The whole prefix is the atlas's own number; it is not run again.
            for (int length = from; length <= Math.Min(to, prefix.Length - 1); length++)
            {
                queries.Add(prefix[^length..], search.Cell);
                asked.Add(search);
            }
        }
        float[] answers = queries.Run(options, "minimal triggers");
        for (int q = 0; q < answers.Length; q++) asked[q].Suffixes.Add(answers[q]);
    }

    private static MinimalTriggerLayer Summarise(int layer, MinimalTriggerRow[] rows)
    {
        // The poles of a cell are one cell; cells cross with the text, which they share.
        var units = Units.Crossed(rows.Select(row => row.Cell.Index), rows.Select(row => row.Stretch));
        int[] lengths = [.. rows.Select(row => row.Length).Order()];
        double median = (lengths[(lengths.Length - 1) / 2] + lengths[lengths.Length / 2]) / 2.0;
        return new(
            layer, rows.DistinctBy(row => row.Cell.Index).Count(),
            Estimate.MeanOfCells([.. rows.Select(row => (double)row.Length)], units), median,
            Share(n => n == 1), Share(n => n == 2), Share(n => n == 3), Share(n => n >= 4),
            Estimate.ShareOfCells([.. rows.Select(row => (double)row.Length / (row.Position + 1))], units));

        Estimate Share(Func<int, bool> of) =>
            Estimate.ShareOfCells([.. rows.Select(row => of(row.Length) ? 1.0 : 0)], units);
    }

    private sealed record Search(CellId Cell, Prefix Prefix, int Stretch, float Coefficient)
    {
        /// <summary>Coefficients after the suffixes of one token, two, …, as far as they were run.</summary>
        public List<float> Suffixes { get; } = [];

        public MinimalTriggerRow? Done(double keep, int ran)
        {
            int length = 1 + Suffixes.FindIndex(c => c / (double)Coefficient >= keep);
            if (length == 0 && ran < Prefix.Position + 1) return null;
            if (length == 0) length = Prefix.Position + 1;
            return new(Cell, Prefix.Sentence, Prefix.Position, Stretch, Coefficient, length,
                length == Prefix.Position + 1 ? Coefficient : Suffixes[length - 1]);
        }
    }
}

/// <summary>What to search.</summary>
public sealed record MinimalTriggerParameters
{
    /// <summary>
    /// Cells of a layer, each with both poles where it has two; all that fired where there are fewer.
    /// </summary>
    public int KeysPerLayer { get; init; } = 100;

    /// <summary>Triggers of a cell and pole, strongest first.</summary>
    public int Triggers { get; init; } = 1;

    /// <summary>Share of the coefficient that a suffix must keep, above 0, at most 1.</summary>
    public double Keep { get; init; } = 0.9;
}

/// <summary>The minimal triggers of a sample of cells.</summary>
/// <param name="Parameters">What was searched.</param>
/// <param name="Layers">Summaries, from layer 0; a layer none of whose cells fired is left out.</param>
/// <param name="Rows">Every trigger, by cell and pole, strongest first.</param>
public sealed record MinimalTriggerResult(
    MinimalTriggerParameters Parameters, IReadOnlyList<MinimalTriggerLayer> Layers,
    IReadOnlyList<MinimalTriggerRow> Rows);

/// <summary>
/// The minimal triggers of one layer: means over cells of each cell's mean over its triggers and poles. Intervals are
/// over cells crossed with stretches of text.
/// </summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="Cells">Cells counted.</param>
/// <param name="Length">Mean length in tokens.</param>
/// <param name="Median">Median length over all triggers.</param>
/// <param name="One">Share of minimal triggers of one token.</param>
/// <param name="Two">Of two.</param>
/// <param name="Three">Of three.</param>
/// <param name="More">Of four or more.</param>
/// <param name="OfPrefix">Mean share of the prefix's tokens that are needed.</param>
public sealed record MinimalTriggerLayer(
    int Layer, int Cells, Estimate Length, double Median, Estimate One, Estimate Two, Estimate Three, Estimate More,
    Estimate OfPrefix);

/// <summary>One trigger and its shortest suffix that will do.</summary>
/// <param name="Cell">The cell and the pole.</param>
/// <param name="Sentence">Index of the trigger's sentence in the study's text.</param>
/// <param name="Position">Position of its last token.</param>
/// <param name="Stretch">Stretch of the text (<see cref="StudyText.Stretch(int)"/>) that the sentence stands
/// in.</param>
/// <param name="Coefficient">After the whole prefix, as the atlas has it.</param>
/// <param name="Length">Tokens of the suffix; all of the prefix (position + 1) where no shorter one will do.</param>
/// <param name="Kept">The coefficient after the suffix.</param>
public sealed record MinimalTriggerRow(CellId Cell, int Sentence, int Position, int Stretch, float Coefficient,
    int Length, float Kept);

/// <summary>How the result is written and read, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true,
    Converters = [typeof(CellIdJson), typeof(FiniteJson)])]
[JsonSerializable(typeof(MinimalTriggerResult))]
internal sealed partial class MinimalTriggerJson : JsonSerializerContext;
