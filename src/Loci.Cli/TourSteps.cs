using Spectre.Console;

namespace Loci.Cli;

/// <summary>A step of a tour: a heading and what stands below it.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Write">Writes the rest.</param>
internal sealed record TourStep(string Title, Action<IAnsiConsole> Write);

/// <summary>Shows a tour step by step: on a terminal a key leads on, into a pipe all of it goes at once.</summary>
internal static class TourSteps
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(30);

    /// <summary>Shows the steps.</summary>
    /// <param name="screen">Where to.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="cancel">Ends it, also while it waits for a key.</param>
    public static void Show(IAnsiConsole screen, IReadOnlyList<TourStep> steps, CancellationToken cancel)
    {
        bool paged = !Console.IsInputRedirected && !Console.IsOutputRedirected;
        for (int i = 0; i < steps.Count; i++)
        {
            screen.Write(new Rule(Markup.Escape(steps[i].Title)) { Justification = Justify.Left });
            screen.WriteLine();
            steps[i].Write(screen);
            screen.WriteLine();
            if (paged && i + 1 < steps.Count && !GoesOn($"{i + 1} of {steps.Count}: any key goes on, q ends", cancel))
                return;
        }
    }

    private static bool GoesOn(string question, CancellationToken cancel)
    {
        Console.Out.Write(question);
        while (!Console.KeyAvailable)
        {
            cancel.ThrowIfCancellationRequested();
            Thread.Sleep(s_pause);
        }
        var key = Console.ReadKey(intercept: true).Key;
        // The question goes, so that what is kept of the tour is the tour.
        Console.Out.Write($"\r{new string(' ', question.Length)}\r");
        return key is not (ConsoleKey.Q or ConsoleKey.Escape);
    }
}
