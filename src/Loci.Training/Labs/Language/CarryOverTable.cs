using System.Globalization;
using System.Text;
using Loci.Memory.Numerics;

namespace Loci.Training.Labs.Language;

/// <summary>Loss against position: means over the streams, each stream's over the seeds first.</summary>
internal sealed class CarryOverTable
{
    private readonly CarryOver _measured;
    private readonly List<(LanguageModel Model, IReadOnlyList<PositionLoss> Losses)> _models = [];
    private readonly IReadOnlyList<LabResult> _results;

    public CarryOverTable(IReadOnlyList<LabResult> results, CarryOver measured)
    {
        (_results, _measured) = (results, measured);
        foreach (var model in results.Where(result => result.Diverged is null).GroupBy(result => result.Run.Model))
        {
            // Seeds share the text: they are averaged, the streams are what is independent.
            var losses = model.SelectMany(result => measured.Read(result.Run))
                .GroupBy(point => (point.Memory, point.Stream, point.From, point.To))
                .Select(
                    group =>
                        new PositionLoss(group.Key.Memory, group.Key.Stream, group.Key.From, group.Key.To,
                            group.Average(point => point.Loss)));
            _models.Add((model.Key, [.. losses]));
        }
    }

    /// <summary>The models that were measured.</summary>
    public IEnumerable<LanguageModel> Models => _models.Select(model => model.Model);

    /// <summary>Loss in every range of positions, with the interval over the streams.</summary>
    public IReadOnlyList<(int From, int To, Interval Loss)> Curve(LanguageModel model, string memory) =>
    [
        .. Losses(model).Where(point => point.Memory == memory).GroupBy(point => (point.From, point.To))
        .OrderBy(group => group.Key)
            .Select(group => (group.Key.From, group.Key.To, Interval.Of([.. group.Select(point => point.Loss)]))),
    ];

    /// <summary>Nats a token over whole streams; and what carrying changes, paired by stream.</summary>
    public (Interval Carried, Interval Reset, Interval Change) Whole(LanguageModel model)
    {
        double[] carried = Streams(model, PositionLoss.Carried), reset = Streams(model, PositionLoss.Reset);
        return (Interval.Of(carried), Interval.Of(reset), Interval.Of([.. carried.Zip(reset, (c, r) => c - r)]));
    }

    /// <summary>Every model's losses, carried and emptied, by position.</summary>
    public IReadOnlyList<CarryOverRow> Rows =>
    [
        .. from model in Models from memory in (string[])[PositionLoss.Carried,
            PositionLoss.Reset] from point in Curve(model, memory)
           select new CarryOverRow(model.Name, memory, point.From, point.To, point.Loss),
    ];

    public string Markdown(LanguagePlan plan, string command, string text, int vocabulary)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"`{command}`\n\n{text}\n\n");
        page.Append(CultureInfo.InvariantCulture,
            $"Every model: {LanguageModel.Layers} layers, width {LanguageModel.Width}, {LanguageModel.Heads} heads, "
            + $"{LanguageModel.Cells} cells, byte-pair vocabulary of {vocabulary:#,0}; ");
        page.Append(CultureInfo.InvariantCulture,
            $"{plan.Steps:#,0} steps of {LanguagePlan.TokensOfStep:#,0} tokens, AdamW {LanguagePlan.LearningRate:g}. "
            + $"Fast weights learn from segments of {CarryOver.Segment} tokens, carried from one to the next, the "
            + $"gradient cut between, and know no positions; windows of softmax learn from texts of "
            + $"{LanguageModel.Context}, with rotary positions.\n\n");
        var bins = PositionBins.Of(_measured.Positions);
        var shown = bins.Where((_, i) => i % 3 == 0 || i == bins.Count - 1).ToArray();
        page.Append(
            "Loss in nats a token against position, memory carried; and over whole streams, with the memory carried "
            + "and emptied every segment:\n\n");
        page.Append(MarkdownTable.Of(
            ["model", "attention", "state", .. shown.Select(bin => $"{bin.From}–{bin.To - 1}"), "carried", "reset",
                "carried − reset", "perplexity carried"],
            _models.Select(model => Row(model.Model, shown)), words: 2)).Append('\n');
        foreach (var result in _results.Where(result => result.Diverged is not null))
            page.Append($"{result.Run.Name} diverged in training: {result.Diverged}\n\n");
        page.Append(CultureInfo.InvariantCulture,
            $"±: 95 % interval over {_measured.Streams} streams of {_measured.Positions:#,0} held-out tokens that do "
            + $"not overlap (Student's t){(_measured.Streams == 1 ? "; one stream gives none" : "")}. ");
        if (_measured.Streams < CarryOver.MostStreams)
            page.Append(CultureInfo.InvariantCulture,
                $"The held-out text holds no more than {_measured.Streams}; {CarryOver.MostStreams} were wanted. ");
        page.Append(
            "State: floats that one text keeps. The paper (WikiText-103, medium): Linear Transformer above 260 "
            + "perplexity when its memory is carried over, delta net 29.4.\n");
        return page.ToString();
    }

    private string[] Row(LanguageModel model, (int From, int To)[] shown)
    {
        var curve = Curve(model, PositionLoss.Carried);
        var (carried, reset, change) = Whole(model);
        return
        [
            model.Name, model.About, model.StateFloats.ToString("#,0", CultureInfo.InvariantCulture),
            .. shown.Select(bin => curve.First(point => point.From == bin.From).Loss.Text("0.00")),
            carried.Text("0.000"), reset.Text("0.000"),
            change.Text("+0.000;−0.000").Replace("± +", "± ", StringComparison.Ordinal),
            Math.Exp(carried.Mean).ToString("0.0", CultureInfo.InvariantCulture),
        ];
    }

    private double[] Streams(LanguageModel model, string memory) =>
    [
        .. Losses(model).Where(point => point.Memory == memory).GroupBy(point => point.Stream)
        .OrderBy(group => group.Key)
            .Select(
                group =>
                    group.Sum(point => point.Loss * (point.To - point.From))
                    / group.Sum(point => point.To - point.From)),
    ];

    private IReadOnlyList<PositionLoss> Losses(LanguageModel model) =>
        _models.First(other => other.Model == model).Losses;
}
