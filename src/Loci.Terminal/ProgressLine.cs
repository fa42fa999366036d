namespace Loci.Terminal;

/// <summary>
/// One line of progress on standard error that rewrites itself on a terminal. Where there is none, a line is written
/// now and then, so that logs stay short.
/// </summary>
public sealed class ProgressLine : IDisposable
{
    private static readonly TimeSpan s_onTerminal = TimeSpan.FromMilliseconds(100), s_inLogs = TimeSpan.FromSeconds(30);

    private readonly bool _terminal = !Console.IsErrorRedirected;
    private readonly Lock _gate = new();
    private DateTime _next;
    private int _length;

    /// <summary>Shows a text, if it is time to.</summary>
    /// <param name="text">Without line ends.</param>
    /// <param name="final">Show it whatever the time.</param>
    public void Show(string text, bool final = false)
    {
        lock (_gate)
        {
            var now = DateTime.UtcNow;
            if (now < _next && !final) return;
            _next = now + (_terminal ? s_onTerminal : s_inLogs);
            if (!_terminal)
            {
                Console.Error.WriteLine(text);
                return;
            }
            text = VisibleText.Line(text);
            int width = Math.Max(20, Console.WindowWidth - 1);
            if (text.Length > width) text = text[..width];
            VisibleStreams.Error.Write($"\r{text.PadRight(_length)}");
            _length = text.Length;
        }
    }

    /// <summary>Clears the line.</summary>
    public void Dispose()
    {
        if (_terminal && _length > 0) VisibleStreams.Error.Write($"\r{new string(' ', _length)}\r");
    }
}
