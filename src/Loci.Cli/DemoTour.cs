using System.Text.Json;
using Loci.Atlas;
using Loci.Models;
using Loci.Studies.Truth;
using Loci.Tracing;
using Loci.Worlds;
using Spectre.Console;

namespace Loci.Cli;

/// <summary>
/// The walk through a built-in model: what it knows, which cells hold a word and which a topic, whether keys and values
/// agree, and how one answer comes about.
/// </summary>
internal sealed class DemoTour
{
    private const int QuestionsPerRelation = 4;
    private const int Triggers = 6;
    private const double Level = 0.05, OneTopic = 0.9;

    private readonly Model _model;
    private readonly AtlasFile _atlas;
    private readonly IReadOnlyList<WorldSentence> _sentences;
    private readonly IReadOnlyList<GroundTruthLayer> _truth;
    private readonly IReadOnlyList<FactReply> _replies;
    private readonly int _facts;
    private readonly FactReply? _known;
    private readonly PromptTrace? _trace;
    private readonly TriggerExplanation? _shallow, _semantic;

    /// <summary>Asks the model what it knows, and picks what to show.</summary>
    /// <param name="model">A built-in model of the world.</param>
    /// <param name="atlas">Its atlas over the world's text.</param>
    /// <param name="sentences">That text.</param>
    /// <param name="truth">What it says about the cells.</param>
    public DemoTour(Model model, AtlasFile atlas, IReadOnlyList<WorldSentence> sentences, IReadOnlyList<GroundTruthLayer> truth)
    {
        (_model, _atlas, _sentences, _truth) = (model, atlas, sentences, truth);
        var world = World.Create(OwnText.World);
        _facts = world.Facts.Count;
        var questions = world.Questions(TemplateUse.HeldOut)
            .GroupBy(question => question.Fact.Relation)
            .SelectMany(group => group.DistinctBy(question => question.Fact).Take(QuestionsPerRelation));
        _replies = FactQuiz.Ask(model, questions);
        _known = _replies.FirstOrDefault(reply => reply.Right);
        if (_known is { } known) _trace = PromptTrace.Of(PromptRun.Of(model.Transformer, model.Encode(known.Question.Prompt)));

        // The clearest to look at: always the same two words, in passages of all kinds, and a value that knows what comes next.
        _shallow = Cells(cell => cell.Verdict(Level) == ExplainedBy.Suffix)
            .MaxBy(cell => cell.SuffixPurity[1] * (1 - cell.TopicPurity) * Agreeing(cell.Cell));
        // Nearly always the same topic, in the most different sentences and words.
        _semantic = Cells(cell => cell.TopicPurity >= OneTopic && cell.TopicBeyondSuffix?.P <= Level)
            .MaxBy(cell => (1 - cell.SuffixPurity[0]) * Wordings(cell.Cell).Count());
    }

    // What the sentences that fire a cell were made from, and of which topic they are.
    private IEnumerable<(string Topic, string Template)> Wordings(CellId cell) => _atlas.Triggers(cell)
        .Select(trigger => _sentences[(int)trigger.Sentence])
        .Select(sentence => (sentence.Topic, sentence.Template))
        .Distinct();

    private IEnumerable<TriggerExplanation> Cells(Func<TriggerExplanation, bool> kind) => _truth.SelectMany(layer => layer.Explained).Where(kind);

    private double Agreeing(CellId cell) =>
        _atlas.Agreement(cell).Where(agreement => agreement.Readout == Readout.Folded).Sum(agreement => (double)agreement.Agreeing / Math.Max(1, agreement.Counted));

    /// <summary>Walks a person through it.</summary>
    public void Write(IAnsiConsole screen)
    {
        var spec = _model.Spec;
        var manifest = _atlas.Manifest;
        Heading(screen, "A model that knows a small world");
        screen.WriteLine(
            $"«{_model.Name}» is a transformer of {spec.Layers} layers with {spec.Cells} memory cells each, trained on generated English about a world of " +
            $"{_facts:N0} facts. Asked for {_replies.Count} of them in wordings it has never seen, it gets {_replies.Count(reply => reply.Right)} right:");
        foreach (var reply in _replies.Where(reply => reply.Right).DistinctBy(reply => reply.Question.Fact.Relation).Take(3))
            screen.MarkupLineInterpolated($"  {reply.Question.Prompt} [bold]{reply.Question.Answer}[/]");
        screen.WriteLine();
        screen.WriteLine($"It has just read {manifest.Sentences:N0} new sentences of that world, and every cell kept the {manifest.Top} prefixes, of {manifest.Prefixes:N0}, that fired it most.");
        screen.WriteLine();

        if (_shallow is { } shallow)
        {
            Heading(screen, $"A cell for words: {shallow.Cell}");
            screen.WriteLine($"{shallow.SuffixPurity[1]:p0} of its triggers end in the same two words, in passages about anything (the commonest topic has {shallow.TopicPurity:p0} of them):");
            CellCard.Write(screen, _atlas, shallow.Cell, Triggers);
            screen.WriteLine();
        }
        if (_semantic is { } semantic)
        {
            Heading(screen, $"A cell for a topic: {semantic.Cell}");
            var topic = Wordings(semantic.Cell).CountBy(wording => wording.Topic).MaxBy(pair => pair.Value);
            screen.WriteLine(
                $"Its {semantic.Triggers} strongest triggers stand in sentences of {topic.Value} different makes and end in many words ({semantic.SuffixPurity[0]:p0} in the commonest), " +
                $"but {semantic.TopicPurity:p0} of them belong to passages about one topic, {topic.Key}:");
            CellCard.Write(screen, _atlas, semantic.Cell, Triggers);
            screen.WriteLine();
        }

        Heading(screen, "What explains the cells, layer by layer");
        screen.WriteLine("The topic and the wording of every sentence are known here, so this is measured and not guessed:");
        GroundTruthTable.Write(_truth);
        screen.WriteLine();

        Heading(screen, "Do keys and values agree?");
        AtlasOverview.WriteLayers(screen, _atlas);

        if (_trace is { } trace)
        {
            Heading(screen, "One answer, traced");
            TraceView.Write(screen, trace, _model, _atlas, top: 3);
            screen.WriteLine();
        }
        Heading(screen, "Go on");
        // Not through the screen, which would break lines that are there to be copied.
        foreach (string line in Next()) Console.Out.WriteLine(line);
    }

    private IEnumerable<string> Next()
    {
        if (_semantic is { } semantic) yield return $"  loci atlas show {_atlas.Path} {semantic.Cell} --triggers 50";
        yield return $"  loci atlas search {_atlas.Path} \"goalkeeper\"";
        if (_known is { } known) yield return $"  loci trace {_model.Name} \"{known.Question.Prompt}\" --atlas {_atlas.Path}";
        yield return $"  loci world quiz {_model.Name}";
        yield return "";
        yield return "With a model of your own (a directory or a hub id) and your own text:";
        yield return "  loci atlas build EleutherAI/pythia-70m --corpus text.txt --out pythia.atlas";
    }

    /// <summary>The same for machines.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("model", _model.Name);
        json.WriteString("atlas", _atlas.Path);
        json.WriteNumber("sentences", _atlas.Manifest.Sentences);
        json.WriteNumber("prefixes", _atlas.Manifest.Prefixes);
        json.WriteNumber("questions", _replies.Count);
        json.WriteNumber("right", _replies.Count(reply => reply.Right));
        WriteCell("shallow", _shallow);
        WriteCell("semantic", _semantic);
        json.WriteStartArray("layers");
        foreach (var layer in _truth)
        {
            json.WriteStartObject();
            json.WriteNumber("layer", layer.Layer);
            json.WriteString("pole", layer.Pole.ToString().ToLowerInvariant());
            foreach (var verdict in Enum.GetValues<ExplainedBy>()) json.WriteNumber(verdict.ToString().ToLowerInvariant(), layer.Share(verdict, Level));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (_trace is { } trace)
        {
            json.WritePropertyName("trace");
            TraceJson.Write(json, trace, _model, _atlas, top: 3);
        }
        json.WriteEndObject();

        void WriteCell(string kind, TriggerExplanation? cell)
        {
            if (cell is null) return;
            json.WriteStartObject(kind);
            json.WriteString("cell", cell.Cell.ToString());
            json.WriteNumber("topic_purity", cell.TopicPurity);
            json.WriteNumber("suffix_purity", cell.SuffixPurity[0]);
            json.WriteEndObject();
        }
    }

    private static void Heading(IAnsiConsole screen, string text)
    {
        screen.Write(new Rule(Markup.Escape(text)) { Justification = Justify.Left });
        screen.WriteLine();
    }
}
