namespace Loci.Atlas;

/// <summary>
/// What an atlas was made from and how: all of it follows from the inputs, and nothing of it from the run (no date,
/// duration, thread or batch count), so that the same inputs give a byte-identical file.
/// </summary>
public sealed record AtlasManifest
{
    /// <summary>
    /// The version of the file format this library writes, and the newest it reads; it reads all before it too.
    /// </summary>
    public const int CurrentFormat = 2;

    /// <summary>The only <see cref="Attention"/> there is so far.</summary>
    public const string Causal = "causal";

    /// <summary>The model's name, as the user gave it (the last part of a path or hub id).</summary>
    public required string Model { get; init; }

    /// <summary>SHA-256 over the model's weights and config, lower-case hexadecimal.</summary>
    public required string ModelHash { get; init; }

    /// <summary>
    /// Where the model was opened from: a path relative to the atlas's folder (it begins with <c>./</c> or <c>../</c>),
    /// an absolute one, or a name (a hub id, a built-in model); null: not known. <see cref="AtlasFile.ModelPlace"/>
    /// resolves it.
    /// </summary>
    public string? ModelPlace { get; init; }

    /// <summary>The geometry of the model.</summary>
    public required AtlasModel Spec { get; init; }

    /// <summary>The corpus, in the order it was read.</summary>
    public required IReadOnlyList<SourceFile> Corpus { get; init; }

    /// <summary>How the corpus was read: which field of JSON, what a document is.</summary>
    public required string Reading { get; init; }

    /// <summary>What a sentence is: <c>sentence</c>, <c>line</c> or <c>document</c>.</summary>
    public required string Unit { get; init; }

    /// <summary>The build stopped after this many sentences of the corpus; null: it read all of it.</summary>
    public long? MaxSentences { get; init; }

    /// <summary>
    /// What the model sees when a cell fires: <c>causal</c>, the tokens up to the trigger's, its prefix. An atlas of a
    /// model that also sees what follows will say so here, and is refused until it can be read.
    /// </summary>
    public string Attention { get; init; } = Causal;

    /// <summary>Longer sentences were cut to this many tokens.</summary>
    public required int Context { get; init; }

    /// <summary>t: triggers kept for each cell and pole.</summary>
    public required int Top { get; init; }

    /// <summary>Tokens kept at either end of a value's readout.</summary>
    public required int ValueTokens { get; init; }

    /// <summary>Sentences read (in a part: the part's own).</summary>
    public long Sentences { get; init; }

    /// <summary>Prefixes seen, the same for every cell (in a part: the part's own).</summary>
    public long Prefixes { get; init; }

    /// <summary>Sentences cut at the context length (in a part: among its own).</summary>
    public long SentencesCut { get; init; }

    /// <summary>
    /// Invalid UTF-8 sequences and NUL characters of the corpus that were replaced; of several parts the first tells
    /// all.
    /// </summary>
    public long InvalidCharacters { get; init; }

    /// <summary>Which part of the atlas this is; null: the whole.</summary>
    public AtlasPart? Part { get; init; }

    /// <summary>Format version of the file.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>Version of Loci that computed the contents.</summary>
    public required string LociVersion { get; init; }
}

/// <summary>The geometry of the model an atlas was read from.</summary>
/// <param name="Family">Architecture family, such as <c>gpt2</c>.</param>
/// <param name="CellsPerLayer">Cells of every layer, from layer 0.</param>
/// <param name="Width">d, the width of the residual stream.</param>
/// <param name="Vocabulary">Size of the vocabulary.</param>
/// <param name="Gated">Cells have two poles.</param>
/// <param name="TokenizerHash">SHA-256 of the tokenizer's files, lower-case hexadecimal.</param>
public sealed record AtlasModel(
    string Family, IReadOnlyList<int> CellsPerLayer, int Width, int Vocabulary, bool Gated, string TokenizerHash)
{
    /// <summary>
    /// Experts of every layer, from layer 0; empty: one each. The cells of a layer are numbered through its experts,
    /// the first expert's first.
    /// </summary>
    public IReadOnlyList<int> ExpertsPerLayer { get; init; } = [];

    /// <summary>The poles its cells have.</summary>
    internal Memory.Recall.Pole[] Poles =>
        Gated ? [Memory.Recall.Pole.Positive, Memory.Recall.Pole.Negative] : [Memory.Recall.Pole.Positive];

    /// <summary>Number of layers.</summary>
    public int Layers => CellsPerLayer.Count;

    /// <summary>Cells of all layers.</summary>
    public long Cells => CellsPerLayer.Sum(cells => (long)cells);

    /// <summary>
    /// For every layer how many cells come before it; cells are numbered through all layers in the file.
    /// </summary>
    internal long[] FirstCells()
    {
        var first = new long[Layers];
        for (int layer = 1; layer < first.Length; layer++) first[layer] = first[layer - 1] + CellsPerLayer[layer - 1];
        return first;
    }

    /// <summary>The layer and the index of a cell by its number in the file; null beyond the last.</summary>
    internal (int Layer, int Index)? CellAt(long number)
    {
        if (number < 0) return null;
        for (int layer = 0; layer < Layers; number -= CellsPerLayer[layer], layer++)
            if (number < CellsPerLayer[layer]) return (layer, (int)number);
        return null;
    }
}

/// <summary>One file of the corpus.</summary>
/// <param name="Name">File name without its folder.</param>
/// <param name="Sha256">Hash of its bytes, lower-case hexadecimal.</param>
/// <param name="Bytes">Size on disk.</param>
/// <param name="Place">Where it lay: a path relative to the atlas's folder, or an absolute one; null: not
/// known.</param>
public sealed record SourceFile(string Name, string Sha256, long Bytes, string? Place = null);

/// <summary>A part of an atlas, built apart from the others over its own blocks of sentences.</summary>
/// <param name="Number">Which part, from 1.</param>
/// <param name="Of">How many parts there are.</param>
public sealed record AtlasPart(int Number, int Of)
{
    /// <inheritdoc/>
    public override string ToString() => $"part {Number} of {Of}";
}
