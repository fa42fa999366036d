using Loci.Studies.Truth;
using Loci.Views;
using Spectre.Console;

namespace Loci.Cli;

/// <summary>
/// The walk through the model of the .NET libraries' documentation, in steps of one screen each: what it goes on with,
/// a cell for a word, one for a topic, how one answer forms and what becomes of it without one cell.
/// </summary>
internal static class DocumentationScreen
{
    private const int Shown = 4, Triggers = 6;

    /// <summary>The steps.</summary>
    public static IReadOnlyList<TourStep> Steps(DocumentationTour tour, bool isDemos)
    {
        List<TourStep> steps = [new("A model that has read the documentation of .NET", s => Begin(s, tour, isDemos))];
        if (tour.Word is { } word)
            steps.Add(new($"A cell for a word: {word.Cell.Cell} and «{word.Word}»", s => Word(s, tour, word)));
        if (tour.Topic is { } topic)
            steps.Add(new($"A cell for a topic: {topic.Cell.Cell} and {topic.Namespace}", s => Topic(s, tour, topic)));
        steps.Add(new("Words or topics, layer by layer", s =>
        {
            s.WriteLine("The topic of a passage is its namespace, which its authors chose; so this is measured:");
            GroundTruthTable.Write(tour.Truth);
        }));
        if (tour.Trace is { } trace)
            steps.Add(new("One answer, traced", s =>
            {
                s.WriteLine($"The beginning of a text about {tour.Prompt!.Passage.Subject.Namespace}."
                    + $"{tour.Prompt.Passage.Subject.Type}, which it has never read:");
                TraceScreen.WriteSteps(s, trace, tour.Model);
            }));
        if (tour.Switch is { } switched) steps.Add(new("One cell switched off", s => Switch(s, tour, switched)));
        steps.Add(new("Go on", _ => Next(tour)));
        return steps;
    }

    private static void Begin(IAnsiConsole screen, DocumentationTour tour, bool isDemos)
    {
        var (spec, manifest) = (tour.Model.Spec, tour.Atlas.Manifest);
        screen.WriteLine(
            $"«{tour.Model.Name}» is a transformer of {spec.Layers} layers with {spec.Blocks[0].Cells.Count} memory "
            + $"cells "
            + "each, trained on the documentation of the .NET libraries, which lies on this machine beside the SDK. It "
            + "goes on with texts that it has never read:");
        foreach (var prompt in tour.Prompts.Take(Shown))
            screen.MarkupLineInterpolated(
                $"  {prompt.Text}[bold]{TokenNames.Text(tour.Model, prompt.Answer)}[/] ({prompt.Probability:p0})");
        screen.WriteLine();
        screen.WriteLine(
            $"It has just read {manifest.Sentences:N0} passages of {tour.Namespaces:N0} namespaces, and every cell "
            + $"kept the "
            + $"{manifest.Top} prefixes, of {manifest.Prefixes:N0}, that fired it most: that is the atlas.");
        if (!isDemos)
            screen.WriteLine(
                $"(The documentation here is that of {tour.Sdk}; the model learned from that of "
                + $"{Loci.Worlds.Documentation.DemoDocumentation.Version}, so your numbers differ a little.)");
    }

    private static void Word(IAnsiConsole screen, DocumentationTour tour, ShownWord word)
    {
        screen.WriteLine(
            $"Of the texts that fire it most, one from each of {word.Types} types, {word.Cell.SuffixPurity[0]:p0} "
            + $"end in "
            + $"«{word.Word}»:");
        CellCard.Write(screen, tour.Atlas, word.Cell.Cell, Triggers, brief: true);
    }

    private static void Topic(IAnsiConsole screen, DocumentationTour tour, ShownTopic topic)
    {
        var cell = topic.Cell;
        screen.WriteLine(
            $"{cell.TopicPurity:p0} of the {topic.Types} types whose texts fire it most are in {topic.Namespace}, of "
            + $"the "
            + $"whole text {topic.OfText:p1}. Their last words differ ({cell.SuffixPurity[0]:p0} in the commonest), "
            + $"and "
            + "the namespace tells them from texts with the same last word (p = "
            + $"{cell.TopicBeyondSuffix!.P:g2} against shuffled namespaces"
            + $"{(cell.Verdict(DocumentationTour.Level) == ExplainedBy.Both ? "; so do the words" : "")}):");
        CellCard.Write(screen, tour.Atlas, cell.Cell, Triggers, brief: true);
    }

    private static void Switch(IAnsiConsole screen, DocumentationTour tour, SwitchView switched)
    {
        TraceScreen.WriteCells(screen, tour.Trace!, tour.Model, tour.Atlas, top: 2);
        screen.WriteLine();
        string answer = switched.Answer.Token.Trim();
        screen.WriteLine(
            $"{switched.Set[0]} switches off the cell that adds most. «{answer}» had "
            + $"{switched.Before.AnswerProbability:p1} and keeps {switched.After.AnswerProbability:p1} (rank "
            + $"{switched.After.AnswerRank:N0}).");
        if (switched.Controls.Count == 0) return;
        double[] left = [
            .. switched.Controls.Select(control => switched.Before.AnswerProbability * Math.Exp(control.Effect))
            .Order()];
        screen.WriteLine(
            $"The control: {left.Length} times another cell of the layer that writes about as much. «{answer}» then "
            + $"keeps "
            + $"{left[0]:p1} to {left[^1]:p1}; {switched.AsStrong} of the {left.Length} move it as far"
            + (switched.AsStrong == 0 ? ": it is this cell." : ", so that it is not this cell alone."));
    }

    // Not through the screen, which would break lines that are there to be copied.
    private static void Next(DocumentationTour tour)
    {
        string atlas = tour.Atlas.Path, model = tour.Model.Name;
        if (tour.Topic is { } topic) Console.Out.WriteLine($"  loci atlas show {atlas} {topic.Cell.Cell}");
        Console.Out.WriteLine($"  loci atlas search {atlas} \"timeout\"");
        if (tour.Prompt is { } prompt) Console.Out.WriteLine($"  loci trace {model} \"{prompt.Text}\" --atlas {atlas}");
        Console.Out.WriteLine($"  loci generate {model} \"Gets or sets a value that\"");
        Console.Out.WriteLine($"  loci serve {model}");
        Console.Out.WriteLine("  loci demo --world        a generated world, all of whose facts are known");
        Console.Out.WriteLine();
        Console.Out.WriteLine("With a model of your own (a directory or a hub id) and your own text:");
        Console.Out.WriteLine("  loci atlas build EleutherAI/pythia-70m --corpus text.txt --out pythia.atlas");
    }
}
