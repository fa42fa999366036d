namespace Loci.Reports;

/// <summary>All that a report says, before it is a page.</summary>
public sealed record Report
{
    /// <summary>Its title.</summary>
    public required string Title { get; init; }

    /// <summary>Tells it from reports of other models, texts, seeds or studies; null: nobody asked.</summary>
    public string? Identity { get; init; }

    /// <summary>
    /// What a reader must know before anything else, such as that the samples are small; null: nothing.
    /// </summary>
    public string? Badge { get; init; }

    /// <summary>What was read, in short, for the top of the page.</summary>
    public IReadOnlyList<NamedText> Brief { get; init; } = [];

    /// <summary>What the words of the page mean.</summary>
    public IReadOnlyList<NamedText> Terms { get; init; } = [];

    /// <summary>
    /// What was read and how, in pairs of name and value: model, hash, corpus, sentences, prefixes, versions.
    /// </summary>
    public required IReadOnlyList<NamedText> Manifest { get; init; }

    /// <summary>What to take home, a sentence or two each.</summary>
    public IReadOnlyList<string> Summary { get; init; } = [];

    /// <summary>The studies in reading order.</summary>
    public required IReadOnlyList<Section> Sections { get; init; }

    /// <summary>Example cells, by kind.</summary>
    public IReadOnlyList<CellKind> Examples { get; init; } = [];

    /// <summary>The manifest of an atlas in short.</summary>
    public static IReadOnlyList<NamedText> BriefOf(Atlas.AtlasManifest manifest) =>
    [
        new("model",
            $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(manifest.Model))}, {manifest.Spec.Layers} layers, "
            + $"{manifest.Spec.Cells:N0} cells{(manifest.Spec.Gated ? " of two poles" : "")}"),
        new("text", string.Join(", ", manifest.Corpus.Select(file => file.Name))),
        new("read", $"{manifest.Sentences:N0} sentences, {manifest.Prefixes:N0} prefixes"),
    ];

    /// <summary>The manifest of an atlas as facts.</summary>
    public static IReadOnlyList<NamedText> ManifestOf(Atlas.AtlasManifest manifest) =>
    [
        new("model", manifest.Model),
        new("model hash", manifest.ModelHash),
        new("family",
            $"{manifest.Spec.Family}, {manifest.Spec.Layers} layers, width {manifest.Spec.Width:N0}, "
            + $"{manifest.Spec.Cells:N0} cells{(manifest.Spec.Gated ? " of two poles" : "")}, vocabulary "
            + $"{manifest.Spec.Vocabulary:N0}"),
        new("tokenizer hash", manifest.Spec.TokenizerHash),
        .. manifest.Corpus.Select(
            file => new NamedText("corpus", $"{file.Name}, {file.Bytes:N0} bytes, {file.Sha256}")),
        new("reading", $"{manifest.Reading}, by {manifest.Unit}"),
        new("sentences",
            $"{manifest.Sentences:N0}{(manifest.MaxSentences is null ? "" : " (the first)")}"
            + (manifest.SentencesCut > 0 ? $", {manifest.SentencesCut:N0} cut at {manifest.Context:N0} tokens" : "")),
        new("prefixes", $"{manifest.Prefixes:N0}"),
        new("kept", $"the {manifest.Top:N0} strongest prefixes of each cell"),
        .. manifest.Part is { } part ? [new NamedText("part", $"{part}")] : Array.Empty<NamedText>(),
        new("built with", $"Loci {manifest.LociVersion}, atlas format {manifest.Format}"),
        new("reported with", $"Loci {LociVersion.Current}"),
    ];
}

/// <summary>A name and what it is.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">What it is.</param>
public sealed record NamedText(string Name, string Value);
