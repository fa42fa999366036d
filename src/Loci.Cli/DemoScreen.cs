using Loci.Studies.Truth;
using Loci.Views;
using Spectre.Console;

namespace Loci.Cli;

/// <summary>
/// The walk through a built-in model: what it knows, which cells hold a word and which a topic, whether keys and values
/// agree, and how one answer comes about.
/// </summary>
internal static class DemoScreen
{
    /// <summary>Cells of the trace, for the answer and against it.</summary>
    public const int Cells = 3;

    private const int Triggers = 6;

    /// <summary>The steps of the walk.</summary>
    public static IReadOnlyList<TourStep> Steps(WorldTour tour)
    {
        List<TourStep> steps = [new("A model that knows a small world", screen => Begin(screen, tour))];
        if (tour.Shallow is { } shallow)
            steps.Add(new($"A cell for words: {shallow.Cell}", screen => Words(screen, tour, shallow)));
        if (tour.Semantic is { } semantic)
            steps.Add(new($"A cell for {(IsAlone(semantic) ? "a topic" : "words of one topic")}: {semantic.Cell}",
                screen => Topic(screen, tour, semantic)));
        steps.Add(new("What explains the cells, layer by layer", screen =>
        {
            screen.WriteLine(
                "The topic and the wording of every sentence are known here, so this is measured and not guessed:");
            GroundTruthTable.Write(tour.Truth);
        }));
        steps.Add(new("Do keys and values agree?", screen => AtlasOverview.WriteLayers(screen, tour.Atlas)));
        if (tour.Trace is { } trace)
            steps.Add(new("One answer, traced",
                screen => TraceScreen.Write(screen, trace, tour.Model, tour.Atlas, Cells)));
        // Not through the screen, which would break lines that are there to be copied.
        steps.Add(new("Go on", _ =>
        {
            foreach (string line in Next(tour)) Console.Out.WriteLine(line);
        }));
        return steps;
    }

    private static bool IsAlone(TriggerExplanation cell) => cell.Verdict(WorldTour.Level) == ExplainedBy.Topic;

    private static void Begin(IAnsiConsole screen, WorldTour tour)
    {
        var spec = tour.Model.Spec;
        var manifest = tour.Atlas.Manifest;
        screen.WriteLine(
            $"«{tour.Model.Name}» is a transformer of {spec.Layers} layers with {spec.Blocks[0].Cells.Count} memory "
                + "cells each, trained on generated English about a world of " +
            $"{tour.Facts:N0} facts. Asked for {tour.Replies.Count} of them in wordings it has never seen, it gets "
                + $"{tour.Replies.Count(reply => reply.Right)} right:");
        foreach (var reply in
            tour.Replies.Where(reply => reply.Right).DistinctBy(reply => reply.Question.Fact.Relation).Take(3))
            screen.MarkupLineInterpolated($"  {reply.Question.Prompt} [bold]{reply.Question.Answer}[/]");
        screen.WriteLine();
        screen.WriteLine(
            $"It has just read {manifest.Sentences:N0} new sentences of that world, and every cell kept the "
                + $"{manifest.Top} prefixes, of {manifest.Prefixes:N0}, that fired it most.");
    }

    private static void Words(IAnsiConsole screen, WorldTour tour, TriggerExplanation shallow)
    {
        screen.WriteLine(
            $"{shallow.SuffixPurity[1]:p0} of its triggers end in the same two words, in passages about anything "
            + $"(the commonest topic has {shallow.TopicPurity:p0} of them):");
        CellCard.Write(screen, tour.Atlas, shallow.Cell, Triggers);
    }

    private static void Topic(IAnsiConsole screen, WorldTour tour, TriggerExplanation semantic)
    {
        var (topic, wordings) = tour.CommonestTopic(semantic.Cell);
        screen.WriteLine(
            $"Its {semantic.Triggers} strongest triggers stand in sentences of {wordings} different makes and "
            + $"end in many words ({semantic.SuffixPurity[0]:p0} in the commonest), "
            + $"but {semantic.TopicPurity:p0} of them belong to passages about one topic, {topic}; "
            + (IsAlone(semantic)
                ? "the topic tells them from other text, the words do not:"
                : "the topic and the words each tell them from other text («both» in the table below):"));
        CellCard.Write(screen, tour.Atlas, semantic.Cell, Triggers);
    }

    private static IEnumerable<string> Next(WorldTour tour)
    {
        if (tour.Semantic is { } semantic)
            yield return $"  loci atlas show {tour.Atlas.Path} {semantic.Cell} --triggers 50";
        yield return $"  loci atlas search {tour.Atlas.Path} \"goalkeeper\"";
        if (tour.Known is { } known)
            yield return $"  loci trace {tour.Model.Name} \"{known.Question.Prompt}\" --atlas {tour.Atlas.Path}";
        yield return $"  loci world quiz {tour.Model.Name}";
        yield return "";
        yield return "With a model of your own (a directory or a hub id) and your own text:";
        yield return "  loci atlas build EleutherAI/pythia-70m --corpus text.txt --out pythia.atlas";
    }
}
