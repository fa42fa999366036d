namespace Loci.Terminal;

/// <summary>
/// Standard output and standard error with a guard before them: text from files, models and corpora cannot command the
/// terminal. Whatever is written to <see cref="Console.Out"/> or <see cref="Console.Error"/> while the guard stands has
/// its control, direction and zero-width characters made visible.
/// </summary>
public static class VisibleStreams
{
    /// <summary>Standard output behind the guard, for what writes control characters of its own.</summary>
    public static TextWriter Output { get; private set; } = Console.Out;

    /// <summary>Standard error behind the guard.</summary>
    public static TextWriter Error { get; private set; } = Console.Error;

    /// <summary>Puts the guard before both streams, until it is disposed.</summary>
    public static IDisposable Guard()
    {
        var guard = new Standing(Console.Out, Console.Error, Output, Error);
        (Output, Error) = (Console.Out, Console.Error);
        Console.SetOut(new VisibleWriter(Output));
        Console.SetError(new VisibleWriter(Error));
        return guard;
    }

    private sealed record Standing(TextWriter Out, TextWriter Error, TextWriter OutBefore, TextWriter ErrorBefore)
        : IDisposable
    {
        public void Dispose()
        {
            Console.Out.Flush();
            Console.SetOut(Out);
            Console.SetError(Error);
            (Output, VisibleStreams.Error) = (OutBefore, ErrorBefore);
        }
    }
}
