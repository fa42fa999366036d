namespace Loci.Models.Generation;

/// <summary>
/// Ends a text where one of several strings begins. Text passes through in pieces; what may be the beginning of such a
/// string is held back until it is clear.
/// </summary>
/// <param name="stops">The strings; empty ones are refused.</param>
public sealed class StopStrings(IReadOnlyList<string> stops)
{
    private readonly IReadOnlyList<string> _stops = stops.Any(string.IsNullOrEmpty)
        ? throw new LociException("A stop string is empty: it would end every text at once.") : stops;

    private string _held = "";

    /// <summary>True once a stop string has come.</summary>
    public bool Stopped { get; private set; }

    /// <summary>Takes more text, and gives what is certain to stand before any stop string.</summary>
    public string Push(string text)
    {
        if (Stopped) return "";
        _held += text;
        int first = _stops.Select(stop => _held.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(-1).Min();
        if (first >= 0)
        {
            Stopped = true;
            return Take(first, forget: true);
        }
        int keep = _stops.Select(Begun).DefaultIfEmpty(0).Max();
        return Take(_held.Length - keep, forget: false);
    }

    /// <summary>Gives what was held back, at the end of the text.</summary>
    public string Rest() => Take(_held.Length, forget: true);

    // How many of the last characters may be the beginning of a stop string.
    private int Begun(string stop)
    {
        for (int length = Math.Min(stop.Length - 1, _held.Length); length > 0; length--)
            if (_held.AsSpan(_held.Length - length).SequenceEqual(stop.AsSpan(0, length))) return length;
        return 0;
    }

    private string Take(int length, bool forget)
    {
        string taken = _held[..length];
        _held = forget ? "" : _held[length..];
        return taken;
    }
}
