using Loci.Tokenizers;

namespace Loci.Models.Generation;

/// <summary>
/// Ends a text where one of several strings begins. Text passes through in pieces; what may be the beginning of such a
/// string is held back until it is clear. A control token («&lt;|im_end|&gt;») has no text that could pass: a string
/// that spells one also ends the text where the token comes.
/// </summary>
public sealed class StopStrings
{
    private readonly IReadOnlyList<string> _stops;
    private string _held = "";

    /// <param name="stops">The strings.</param>
    /// <param name="tokenizer">Knows which of them are control tokens; null where none can come.</param>
    /// <exception cref="LociException">
    /// A string is empty, or has a control token among other text, which could never match.
    /// </exception>
    public StopStrings(IReadOnlyList<string> stops, Tokenizer? tokenizer = null)
    {
        if (stops.Any(string.IsNullOrEmpty))
            throw new LociException("A stop string is empty: it would end every text at once.");
        _stops = stops;
        if (tokenizer is null) return;
        var tokens = new HashSet<int>();
        foreach (string stop in stops)
            if (tokenizer.ControlToken(stop) is { } control) tokens.Add(control);
            else if (tokenizer.Encode(stop).FirstOrDefault(tokenizer.IsControl, -1) is >= 0 and var inside)
                throw new LociException(
                    $"The stop string «{stop}» holds the control token «{tokenizer.Piece(inside)}», which has no "
                        + "text of its own: stop at the token alone.");
        Tokens = tokens;
    }

    /// <summary>Control tokens that end the text.</summary>
    public IReadOnlySet<int> Tokens { get; } = new HashSet<int>();

    /// <summary>True once a stop string has come.</summary>
    public bool Stopped { get; private set; }

    /// <summary>
    /// Takes one more token with its text, and gives what is certain to stand before any stop string.
    /// </summary>
    public string Push(int token, string text)
    {
        if (Stopped || !Tokens.Contains(token)) return Push(text);
        Stopped = true;
        return Rest();
    }

    /// <summary>Takes more text, and gives what is certain to stand before any stop string.</summary>
    public string Push(string text)
    {
        if (Stopped) return "";
        _held += text;
        int first = _stops.Select(stop => _held.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0)
            .DefaultIfEmpty(-1).Min();
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
