using Loci.Reports.Figures;
using Loci.Studies.Layers;
using Loci.Studies.Statistics;
using static Loci.Reports.Studies.Phrasing;

namespace Loci.Reports.Studies;

/// <summary>The layers read with a softmax: the paper's equation 2 in place of equation 1.</summary>
public static class NeuralMemorySection
{
    /// <summary>Words, figures and numbers of the study.</summary>
    public static Section Of(NeuralMemoryResult result, Subject subject)
    {
        var plain = All(result, SoftmaxReplacement.Softmax);
        var (matched, nothing) = (All(result, SoftmaxReplacement.NormMatched), All(result, SoftmaxReplacement.Nothing));
        string n = $"{result.Prefixes:N0} prefixes";
        return new()
        {
            Name = "neural-memory",
            Title = "Is a layer a neural memory, softmax and all?",
            What = "Each layer is read with softmax(x·Kᵀ) in place of its own f(x·Kᵀ), as it stands and scaled to "
                + "the same length, beside the layer taken out.",
            Figures = [Loss(result, subject), Cells(result, subject)],
            Comparisons =
            [
                new("loss of the model, nats", result.Loss, NumberFormat.Plain, n),
                new("added loss, softmax in all layers, nats", plain.LossChange, NumberFormat.Plain, n),
                new("added loss, softmax of the same length", matched.LossChange, NumberFormat.Plain, n),
                new("added loss, no feed-forward layers", nothing.LossChange, NumberFormat.Plain, n),
                new("predictions that change, softmax in all layers", plain.Changed, NumberFormat.Percent, n),
                new("predictions that change, softmax of the same length", matched.Changed, NumberFormat.Percent, n),
            ],
            Means = Means(plain, matched, nothing),
            CannotShow = "The scores were trained for f and no temperature is fitted: this is not what a model "
                + "trained with softmax layers could do; the paper states the likeness and does not measure it.",
            Details = [Table(result)],
        };
    }

    private static SoftmaxEffect All(NeuralMemoryResult result, SoftmaxReplacement replacement) =>
        result.Effects.Single(e => e.Replacement == replacement && e.Layer is null);

    private static BarPlot Loss(NeuralMemoryResult result, Subject subject)
    {
        return new()
        {
            Name = "softmax-loss",
            Title = "Loss added by reading one layer, or all, with a softmax",
            Description = "Bars for each layer and for all of them: softmax as it stands, softmax of the same "
                + "length, the layer taken out.",
            AcrossLabel = "layer",
            Categories = [.. subject.LayerNames, "all"],
            Axis = new("added loss (nats)"),
            Series = [Series("softmax", SoftmaxReplacement.Softmax),
                Series("same length", SoftmaxReplacement.NormMatched), Series("layer out", SoftmaxReplacement.Nothing)],
        };

        Series Series(string name, SoftmaxReplacement replacement) => new(
            name,
            [
                .. result.Effects.Where(e => e.Replacement == replacement).OrderBy(e => e.Layer ?? int.MaxValue)
                    .Select(e => (Plotted?)e.LossChange),
            ]);
    }

    private static LinePlot Cells(NeuralMemoryResult result, Subject subject) => new()
    {
        Name = "softmax-cells",
        Title = "Effective number of active cells, with f and with the softmax",
        Description = "e to the entropy of the cells' weights, by layer.",
        AcrossLabel = "layer",
        Across = subject.LayerPlaces,
        Axis = new("cells", Min: 0),
        Series =
        [
            subject.Series("f", result.Coefficients, c => c.Layer, c => c.Effective),
            subject.Series("softmax", result.Coefficients, c => c.Layer, c => c.SoftmaxEffective),
        ],
    };

    private static string Means(SoftmaxEffect plain, SoftmaxEffect matched, SoftmaxEffect nothing)
    {
        string harm = Say(
            Compare(plain.LossChange, 0), $"Read with a softmax, the model loses {Plain(plain.LossChange)} nats",
            $"Read with a softmax, the model gains {Plain(Turned(plain.LossChange))} nats",
            "Read with a softmax, the model's loss does not change measurably");
        string absence = Say(
            Compare(plain.LossChange, nothing.LossChange), "more than without its feed-forward layers",
            "less than without its feed-forward layers", "as much as without its feed-forward layers");
        string length = Say(
            Compare(matched.LossChange, plain.LossChange), "giving it the length it had makes that worse",
            "giving it the length it had mends part of that", "giving it the length it had changes nothing measurable");
        return $"{harm}, {absence}; {length}.";
    }

    private static Estimate Turned(Estimate e) => e with { Value = -e.Value, Low = -e.High, High = -e.Low };

    private static Table Table(NeuralMemoryResult result) => new(
        "Coefficients by layer, with f and with the softmax",
        [
            new("layer"), new("entropy, f", true), new("entropy, softmax", true), new("cells for 90 %, f", true),
            new("softmax", true), new("shared", true), new("length of the output, softmax to f, median", true),
        ],
        [.. result.Coefficients.Select(c => (IReadOnlyList<string>)
        [
            $"{c.Layer}", Plain(c.Entropy), Plain(c.SoftmaxEntropy), NumberFormat.Plain.Write(c.Active.Value),
            NumberFormat.Plain.Write(c.SoftmaxActive.Value),
            Percent(c.Shared.Value), NumberFormat.Plain.Write(c.NormRatio.Median),
        ])]);
}
