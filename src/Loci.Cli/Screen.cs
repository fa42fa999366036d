using System.Globalization;
using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Loci.Cli;

/// <summary>
/// Where people read: results on standard output, progress and errors on standard error. NO_COLOR, pipes and COLUMNS
/// are respected. Text from files, models and corpora cannot command the terminal: whatever is written to
/// <see cref="System.Console.Out"/>, <see cref="System.Console.Error"/> or a screen has its control, direction and
/// zero-width characters made visible here or by <see cref="VisibleStreams"/>, and only there.
/// </summary>
internal static class Screen
{
    private const int MostWordsShown = 5;
    private const int WidthOfPipes = 120; // a pipe has no width; do not fold its lines at 80

    /// <summary>Standard output.</summary>
    public static IAnsiConsole Results => Create(new(VisibleStreams.Output, System.Console.IsOutputRedirected));

    /// <summary>Standard error.</summary>
    public static IAnsiConsole Errors => Create(new(VisibleStreams.Error, System.Console.IsErrorRedirected));

    /// <summary>
    /// Standard output for a text that a program reads to the byte, as it is; a terminal sees it made visible.
    /// </summary>
    public static TextWriter Text => System.Console.IsOutputRedirected ? VisibleStreams.Output : System.Console.Out;

    /// <summary>Says on standard error what a person should know although the work goes on.</summary>
    public static void Warn(string message)
    {
        Errors.Markup("[yellow]warning:[/] ");
        System.Console.Error.WriteLine(message);
    }

    /// <summary>Warns of words of a prompt that the tokenizer has no token for.</summary>
    public static void WarnOfUnknownWords(Loci.Models.Model model, string prompt)
    {
        if (model.Tokenizer?.UnknownWords(prompt) is not { Count: > 0 and var count } words) return;
        string some = string.Join(", ", words.Take(MostWordsShown).Select(ErrorText.Quote));
        string more = count > MostWordsShown ? $" and {count - MostWordsShown} more words" : "";
        Warn(
            $"{model.Name} has no token for {some}{more} of the prompt: " +
            $"it reads {ErrorText.Quote(model.Tokenizer.Piece(model.Tokenizer.Unknown!.Value))} there.");
    }

    private static IAnsiConsole Create(Target target)
    {
        bool colour = target.IsTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = target,
            Ansi = target.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = colour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = target.IsTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        console.Profile.Width = target.Width;
        console.Pipeline.Attach(new VisibleSegments());
        return console;
    }

    // The writer and what is behind it, which the writer alone does not tell.
    private sealed class Target(TextWriter writer, bool redirected) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => !redirected;

        public int Width => Columns ?? (redirected ? WidthOfPipes : Math.Max(20, System.Console.WindowWidth));

        public int Height => redirected ? 24 : System.Console.WindowHeight;

        public void SetEncoding(Encoding encoding) { }

        // A shell's COLUMNS is the terminal's own width, and a person's is a wish: both are right.
        private static int? Columns =>
            int.TryParse(
                Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture,
                out int columns)
            && columns is >= 20 and <= 10_000 ? columns : null;
    }

    private sealed class VisibleSegments : IRenderHook
    {
        public IEnumerable<IRenderable> Process(RenderOptions options, IEnumerable<IRenderable> renderables) =>
            renderables.Select(renderable => new Visible(renderable));
    }

    private sealed class Visible(IRenderable content) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => content.Measure(options, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
            content.Render(options, maxWidth).Select(segment =>
            segment.IsLineBreak || segment.IsControlCode
                || VisibleText.Of(segment.Text) is var text && text == segment.Text
                ? segment
                : new Segment(VisibleText.Of(segment.Text), segment.Style));
    }
}
