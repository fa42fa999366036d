using Loci.Atlas;
using Loci.Atlas.Agreement;
using Loci.Models;
using Loci.Studies.Truth;
using Loci.Tracing;
using Loci.Worlds;
using Loci.Worlds.Documentation;

namespace Loci.Views;

/// <summary>
/// What there is to see in a model of the .NET libraries' documentation: a cell for a word that everyone knows, one for
/// a topic, one answer traced, and what becomes of it without one cell. Everything shown is picked by a test.
/// </summary>
public sealed class DocumentationTour
{
    /// <summary>Level of the verdicts: the 95th percentile of shuffled labels.</summary>
    public const double Level = WorldTour.Level;

    private const int PromptsTraced = 40, LeastLetters = 5;
    private const double OneWord = 0.8, OneTopic = 0.5;

    private readonly IReadOnlyList<LabelledSentence> _sentences;

    private DocumentationTour(
        Model model, AtlasFile atlas, string sdk, IReadOnlyList<DocumentationPassage> passages,
        IReadOnlyList<DocumentationPassage> heldOut, IReadOnlyList<GroundTruthLayer> truth, Compute compute)
    {
        (Model, Atlas, Sdk, Truth) = (model, atlas, sdk, truth);
        _sentences = [.. passages.Select(passage => passage.Labelled)];
        Namespaces = _sentences.Select(sentence => sentence.Topic).Distinct().Count();
        Word = WordCell();
        Topic = TopicCell();
        Prompts = DocumentationPrompt.Find(model, heldOut, compute);
        if (DocumentationPrompt.ClearestTrace(model, Prompts.Take(PromptsTraced)) is not var (prompt, trace)) return;
        (Prompt, Trace) = (prompt, trace);
        if (trace.For(1).FirstOrDefault() is not { Contribution: > 0 } first) return;
        CoefficientChange[] off = [new(first.Cell.Layer, first.Cell.Index, Scales: false, Value: 0)];
        Switch = SwitchView.Of(SwitchRun.Of(model, [.. prompt.Tokens], off, compute: compute), model);
    }

    /// <summary>The model.</summary>
    public Model Model { get; }

    /// <summary>Its atlas over a sample of the documentation.</summary>
    public AtlasFile Atlas { get; }

    /// <summary>Version of the documentation.</summary>
    public string Sdk { get; }

    /// <summary>What the namespaces say about the cells, by layer.</summary>
    public IReadOnlyList<GroundTruthLayer> Truth { get; }

    /// <summary>Different namespaces of the sample.</summary>
    public int Namespaces { get; }

    /// <summary>A cell for one word; null where there is none.</summary>
    public ShownWord? Word { get; }

    /// <summary>A cell for one topic; null where there is none.</summary>
    public ShownTopic? Topic { get; }

    /// <summary>Beginnings of passages it has never read that it goes on with rightly, the surest first.</summary>
    public IReadOnlyList<DocumentationPrompt> Prompts { get; }

    /// <summary>Of some of them that in which one cell adds most; null where there is none.</summary>
    public DocumentationPrompt? Prompt { get; }

    /// <summary>It, traced.</summary>
    public PromptTrace? Trace { get; }

    /// <summary>The cell that adds most taken out, beside controls; null where no cell adds.</summary>
    public SwitchView? Switch { get; }

    /// <summary>Picks what to show.</summary>
    /// <param name="model">A model of the documentation.</param>
    /// <param name="atlas">Its atlas over <paramref name="passages"/>, a line each.</param>
    /// <param name="sdk">Version of the documentation.</param>
    /// <param name="passages">The sample the atlas was built over.</param>
    /// <param name="heldOut">Passages that the model did not learn from.</param>
    /// <param name="truth">What the namespaces say about the cells.</param>
    /// <param name="compute">Threads to use, and what ends it early.</param>
    public static DocumentationTour Of(
        Model model, AtlasFile atlas, string sdk, IReadOnlyList<DocumentationPassage> passages,
        IReadOnlyList<DocumentationPassage> heldOut, IReadOnlyList<GroundTruthLayer> truth,
        Compute compute = default) =>
        new(model, atlas, sdk, passages, heldOut, truth, compute);

    /// <summary>The tour as a view.</summary>
    /// <param name="top">Most cells of the trace, for the answer and against it.</param>
    public DocumentationDemoView View(int top) => new(
        Model.Name, Atlas.Path, Sdk, Atlas.Manifest.Sentences, Atlas.Manifest.Prefixes, Namespaces,
        Word is null ? null : new($"{Word.Cell.Cell}", Word.Word, Word.Cell.SuffixPurity[0], Word.Types),
        Topic is null
            ? null
            : new($"{Topic.Cell.Cell}", Topic.Namespace, Topic.Cell.TopicPurity, Topic.OfText, Topic.Types,
                Topic.Cell.TopicBeyondSuffix!.P),
        [.. Truth.Select(layer => ExplainedLayerView.Of(layer, Level))],
        Trace is null ? null : TraceView.Of(Trace, Model, Atlas, top), Switch);

    // Nearly always one word, in the documentation of the most different types; of those the rarest word, since a cell
    // for «the» tells nobody anything.
    private ShownWord? WordCell()
    {
        var counts = _sentences.SelectMany(sentence => WorldText.Words(sentence.Text)).CountBy(word => word)
            .ToDictionary();
        var best = Cells()
            .Where(cell => cell.SuffixPurity[0] >= OneWord && cell.Suffix.P <= Level)
            .Select(cell => (Cell: cell, Word: LastWord(cell.Cell)))
            .Where(found => found.Word.Length >= LeastLetters && found.Word.All(char.IsLetter)
                && counts.ContainsKey(found.Word))
            .Select(found => (found.Cell, found.Word,
                Score: found.Cell.SuffixPurity[0] * found.Cell.Triggers / Math.Sqrt(counts[found.Word])))
            .OrderByDescending(found => found.Score).ThenBy(found => found.Cell.Cell.Layer)
            .ThenBy(found => found.Cell.Cell.Index).FirstOrDefault();
        return best.Cell is null ? null : new(best.Cell, best.Word, best.Cell.Triggers);
    }

    // The topic tells its triggers from prefixes with the same last word, and most types that fire it are of one
    // namespace; of those the one whose triggers end most differently and whose namespace is furthest from the usual.
    private ShownTopic? TopicCell()
    {
        var ofText = _sentences.CountBy(sentence => sentence.Topic)
            .ToDictionary(pair => pair.Key, pair => (double)pair.Value / _sentences.Count);
        // The one that is shown is chosen among all: its p counts only when it is adjusted for them.
        TriggerExplanation[] tested = [.. Cells().Where(cell => cell.TopicBeyondSuffix is not null)];
        double[] q = BenjaminiHochberg.Adjust([.. tested.Select(cell => cell.TopicBeyondSuffix!.P)]);
        return tested.Where((cell, i) => q[i] <= Level && cell.TopicPurity >= OneTopic)
            .Select(cell => (Cell: cell, Topic: Commonest(cell.Cell)))
            .Select(found => new ShownTopic(found.Cell, found.Topic, ofText[found.Topic], found.Cell.Triggers))
            .OrderByDescending(shown => (shown.Cell.TopicPurity - shown.OfText) * (1 - shown.Cell.SuffixPurity[0])
                * Math.Sqrt(shown.Types))
            .FirstOrDefault();
    }

    private string Commonest(CellId cell) => Atlas.Triggers(cell).Select(trigger => _sentences[(int)trigger.Sentence])
        .DistinctBy(sentence => sentence.Unit).CountBy(sentence => sentence.Topic).MaxBy(pair => pair.Value).Key;

    private string LastWord(CellId cell) => Atlas.Triggers(cell)
        .Select(trigger => (trigger, Sentence: Atlas.Sentence(trigger)))
        .Select(found => WorldText.Words(found.Sentence.Prefix(found.trigger.Position)) is [.., var last] ? last : "")
        .CountBy(word => word).MaxBy(pair => pair.Value).Key;

    private IEnumerable<TriggerExplanation> Cells() => Truth.SelectMany(layer => layer.Explained);
}

/// <summary>A cell for one word.</summary>
/// <param name="Cell">The cell, and what explains it.</param>
/// <param name="Word">The word that its triggers end in.</param>
/// <param name="Types">Types in whose documentation they stand.</param>
public sealed record ShownWord(TriggerExplanation Cell, string Word, int Types);

/// <summary>A cell for one topic.</summary>
/// <param name="Cell">The cell, and what explains it.</param>
/// <param name="Namespace">The namespace of most types that fire it.</param>
/// <param name="OfText">Share of the text that is about this namespace.</param>
/// <param name="Types">Types that fire it.</param>
public sealed record ShownTopic(TriggerExplanation Cell, string Namespace, double OfText, int Types);
