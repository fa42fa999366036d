using Loci.Reports.Figures;

namespace Loci.Reports.Tests;

/// <summary>Synthetic figures and a synthetic report, of any number of layers.</summary>
internal static class Samples
{
    /// <summary>What a corpus may hold to break a page.</summary>
    public const string Hostile =
        "<script>alert(1)</script></style></svg>\"><img src=x "
        + "onerror=alert(1)>&amp;&#x3c;\0\u202Eevil\u2028\u0007\uFEFF'`]]>--><!--\uD800";

    public static Plotted?[] Wave(int layers, double height, double phase, bool intervals = true) =>
    [
        .. Enumerable.Range(0, layers).Select(l =>
        {
            double value = height * (0.5 + 0.4 * Math.Sin(phase + 4.0 * l / layers));
            return (Plotted?)(intervals ? new(value, value - height * 0.06, value + height * 0.05) : new(value));
        }),
    ];

    public static LinePlot Line(int layers, string text = "") => new()
    {
        Name = "line",
        Title = "Share of cells whose value agrees with the next token of their strongest trigger" + text,
        Description = "Agreement stays near chance in the lower layers and rises in the upper half." + text,
        AcrossLabel = "layer" + text,
        Across = [.. Enumerable.Range(0, layers).Select(l => (double)l)],
        Axis = new("share of cells (%)" + text, NumberFormat.Percent),
        Series =
        [
            new("folded" + text, Wave(layers, 0.3, 3)),
            new("raw readout" + text, [.. Wave(layers, 0.25, 1).Select((v, l) => l == layers / 2 ? null : v)]),
            new("shuffled pairs" + text, Wave(layers, 0.05, 2)),
            new("random weights" + text, Wave(layers, 0.02, 2, intervals: false)),
        ],
        References = [new("chance by frequency" + text, 0.013)],
    };

    public static BarPlot Grouped(int layers) => new()
    {
        Name = "grouped",
        Title = "Change of the coefficient when one token of the prefix is removed",
        Description = "Removing the last token costs most in every layer.",
        AcrossLabel = "layer",
        Categories = [.. Enumerable.Range(0, layers).Select(l => $"{l}")],
        Axis = new("relative change of the coefficient (%)", NumberFormat.Percent),
        Series =
        [
            new("first token", [.. Wave(layers, 0.2, 1).Select(Negative)]),
            new("random token", [.. Wave(layers, 0.3, 2).Select((v, l) => l == 1 ? null : Negative(v))]),
            new("last token", [.. Wave(layers, 0.8, 3).Select(Negative)]),
        ],
        Null = new("shuffled corpus", [.. Wave(layers, 0.1, 0).Select(Negative)]),
    };

    public static BarPlot Stacked(int layers) => new()
    {
        Name = "stacked",
        Title = "How each layer comes to its prediction",
        Description = "The share of prefixes by case; the residual wins nearly always in the upper layers.",
        AcrossLabel = "layer",
        Categories = [.. Enumerable.Range(0, layers).Select(l => $"{l}")],
        Axis = new("share of prefixes (%)", NumberFormat.Percent, Max: 1),
        Stacked = true,
        Series =
        [
            .. new[] { "residual", "agreement", "composition", "ffn", "the fifth case" }.Select((name, s) => new Series(
                name, [.. Enumerable.Range(0, layers).Select(l => (Plotted?)Share(s, l, layers))])),
        ],
    };

    public static DotPlot Dots() => new()
    {
        Name = "dots",
        Title = "Our shares beside the paper's",
        Description = "Most of our intervals do not hold the paper's value.",
        Axis = new("share (%)", NumberFormat.Percent),
        OursName = "stories260K",
        Rows =
        [
            new("last-token removal", new(0.42, 0.39, 0.45), 0.6),
            new("zero agreement", new(0.81, 0.79, 0.83), 0.68),
            new("stop words where a memory agrees", new(0.55, 0.48, 0.62), 0.6),
            new("not measured here", null, 0.43),
            new("not in the paper", new(0.12, 0.1, 0.15), null),
        ],
    };

    public static CurvePlot Curves(int count, string text = "") => new()
    {
        Name = "curves",
        Title = $"Curves {text}",
        Description = "Curves with companions.",
        AcrossAxis = new("position", Log: true, LogBase: 2),
        Axis = new("loss"),
        Curves =
        [
            .. Enumerable.Range(0, count).Select(c => new PlottedCurve(
                $"curve {c}", [.. Enumerable.Range(3, 8)
                    .Select(k => new CurvePoint(1 << k, new(c + k, c + k - 0.5, c + k + 0.5)))])
            {
                Companions =
                [
                    new(CompanionKind.Thin, "single runs", [new(8, c + 1), new(1024, c + 2)]),
                    new(CompanionKind.Dotted, "a bound", [new(8, c), new(1024, c)]),
                    new(CompanionKind.Hollow, "theirs", [new(64, c + 3), new(128, double.NaN)]),
                ],
            }),
        ],
    };

    public static Histogram Counts() => new()
    {
        Name = "histogram",
        Title = "Length of the shortest suffix that keeps 90 % of the coefficient",
        Description = "Most cells need four tokens or fewer.",
        AcrossLabel = "tokens of the suffix",
        Edges = [.. Enumerable.Range(1, 21).Select(k => (double)k)],
        Counts = [.. Enumerable.Range(0, 20).Select(k => Math.Round(900 * Math.Exp(-k / 4.0)))],
        Axis = new("cells"),
    };

    public static HeatMap Heat(int layers) => new()
    {
        Name = "heat",
        Title = "Where each layer's prediction changes",
        Description = "Changes concentrate near the diagonal.",
        AcrossLabel = "layer",
        Columns = [.. Enumerable.Range(0, layers).Select(l => $"{l}")],
        DownLabel = "pattern",
        Rows = ["n-gram", "skip-gram", "token class", "topic", "both", "none"],
        Values = [.. Enumerable.Range(0, 6)
            .Select(
                r =>
                    (IReadOnlyList<double?>)[.. Enumerable.Range(0, layers)
                        .Select(c => (r + c) % 7 == 6
                            ? null
                            : (double?)(0.5 + 0.5 * Math.Sin(r + 6.0 * c / layers)))])],
        Axis = new("share of cells", NumberFormat.Percent),
    };

    public static Figure[] All(int layers) =>
        [Line(layers), Grouped(layers), Stacked(layers), Dots(), Counts(), Heat(layers), Curves(9)];

    public static Report Report(int layers, string text = "") => new()
    {
        Title = "The feed-forward memories of stories260K" + text,
        Manifest =
        [
            new("model", "stories260K" + text),
            new("model hash", "4f1d7c3a9be2c05a6d6f0a1f9c8b7e6d5c4b3a29180716253443526170819202"),
            new("corpus", "TinyStories-valid.txt, 19,447,681 bytes" + text),
            new("sentences", "5,000 (the first)"),
            new("prefixes", "71,204"),
            new("built with", "Loci 0.1.0, atlas format 1"),
        ],
        Summary =
        [
            "The last token matters most in every layer, as in the paper, but less than there." + text,
            "Values agree with their keys above chance only from layer 3 on.",
        ],
        Sections =
        [
            Section("agreement", "Do values predict what follows their keys?", text, Line(layers, text), Dots()),
            Section("removal", "Which token fires a key?", "", Grouped(layers)),
            Section("refinement", "How a layer comes to its prediction", "", Stacked(layers), Heat(layers)),
            Section("minimal", "How much text does a key need?", "", Counts()),
        ],
        Examples =
        [
            new("Shallow: an n-gram" + text,
                "At least three triggers end in the same tokens, and so do held-out ones." + text,
                [Cell(text), Cell(text), Cell(text)]),
            new("Semantic: a topic", "Triggers share a topic, not their ending.", [Cell(text)]),
        ],
    };

    private static Section Section(string name, string title, string text, params Figure[] figures) => new()
    {
        Name = name,
        Title = title + text,
        What =
            "For every cell, whether the token that its value promotes most is the one that follows its strongest "
            + "trigger." + text,
        Figures = figures,
        Comparisons =
        [
            new("cells that agree, all layers" + text, new(0.112, 0.094, 0.131), NumberFormat.Percent,
                "1,600 cells" + text, "≈ 0 to 3.5 %" + text, "Figure 4" + text),
            new("precision@50 of the best cell", 0.68, NumberFormat.Percent, "50 triggers", "92 %", "Table 2"),
            new("prefixes under five tokens", null, NumberFormat.Percent, "0 prefixes"),
        ],
        Means =
            "Upper layers hold values that continue what their keys detect, well above what pairing at random gives."
            + text,
        CannotShow =
            "Agreement is correlation: that a value promotes the next token does not show that the model uses it."
            + text,
        Details = [
            new("Agreement by layer, raw readout" + text, [new("layer" + text), new("cells", true)],
                [["0" + text, "172"], ["1", "172"]])],
    };

    private static CellExample Cell(string text) => new(
        new CellId(3, 117),
        [new(" upon" + text, 4.31), new(" time", 2.2), new(" a", 1.4), new("\n", 0.9)],
        [new(" the" + text, -2.1), new(" of", -1.2)],
        new([3, 40, 900, 1200, 400, 0, 2], "2^−4", "2^3", 12_000),
        [
            new(3.21, false, [new("Once", 1)], " upon" + text, " a" + text + " time", 7),
            new(2.98, true, [new(" they", 0), new(" all", 0.1), new(" lived", 0.5), new(" happily", 0.3),
                new(" ever" + text, 1)], " after", ".", 1),
            new(2.5, false, [.. "Once upon a time, there was a little girl named Lily who loved to".Split(' ')
                .Select((w, i) => new ShadedToken(" " + w + text, i / 14.0)), new(" play", 1)], null, "", 1),
        ],
        [new("agreement", "the value's first token follows 31 of 50 triggers (p = 2e-12, q = 4e-10)" + text),
            new("fires", "on 1.2 % of 71,204 prefixes")]);

    private static Plotted? Negative(Plotted? e) => e is { } v ? new(-v.Value, -v.High, -v.Low) : null;

    private static double Share(int s, int l, int layers)
    {
        double[] weights = [1 + 4.0 * l / layers, 1, 3 - 2.0 * l / layers, 0.6, 0.15];
        return weights[s] / weights.Sum();
    }
}
