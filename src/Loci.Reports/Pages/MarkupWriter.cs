using System.Globalization;
using System.Text;

namespace Loci.Reports.Pages;

/// <summary>
/// Writes markup that is HTML and well-formed XML at once. There is no way to write text but escaped and made visible,
/// and no way to write a name but one of plain letters: what comes from a corpus can never become markup.
/// </summary>
internal sealed class MarkupWriter
{
    private readonly StringBuilder _text = new();
    private readonly Stack<string> _open = [];

    /// <inheritdoc/>
    public override string ToString() =>
        _open.Count == 0 ? _text.ToString() : throw new InvalidOperationException($"<{_open.Peek()}> is open");

    public MarkupWriter Doctype()
    {
        _text.Append("<!DOCTYPE html>\n");
        return this;
    }

    /// <summary>An element with what is in it.</summary>
    public MarkupWriter Element(string name, Action inside,
        params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Begin(name, attributes);
        _text.Append('>');
        _open.Push(name);
        inside();
        _open.Pop();
        _text.Append("</").Append(name).Append('>');
        return Line(name);
    }

    /// <summary>An element that holds nothing but text.</summary>
    public MarkupWriter Element(string name, string text,
        params ReadOnlySpan<(string Name, string? Value)> attributes) =>
        Element(name, () => Text(text), attributes);

    /// <summary>An element that never holds anything, such as <c>meta</c>.</summary>
    public MarkupWriter Empty(string name, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Begin(name, attributes);
        _text.Append("/>");
        return Line(name);
    }

    public MarkupWriter Text(string text)
    {
        foreach (char c in VisibleText.Of(text, joiners: true))
            switch (c)
            {
                case '<': _text.Append("&lt;"); break;
                case '>': _text.Append("&gt;"); break;
                case '&': _text.Append("&amp;"); break;
                default: _text.Append(c); break;
            }
        return this;
    }

    /// <summary>A style sheet, which must need no escape: it is ours, never a corpus's.</summary>
    public MarkupWriter Style(string css)
    {
        if (css.AsSpan().IndexOfAny('<', '&') >= 0)
            throw new ArgumentException("a style sheet with < or &", nameof(css));
        _text.Append("<style>").Append(css).Append("</style>\n");
        return this;
    }

    /// <summary>A number of a drawing: at most two places, a point whatever the country.</summary>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentOutOfRangeException(nameof(value), value, "a drawing has no such place");
        double rounded = Math.Round(value, 2);
        return rounded == 0 ? "0" : rounded.ToString("0.##", CultureInfo.InvariantCulture);
    }

    private void Begin(string name, ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        _text.Append('<').Append(Plain(name));
        foreach (var (attribute, value) in attributes)
        {
            if (value is null) continue;
            _text.Append(' ').Append(Plain(attribute)).Append("=\"");
            foreach (char c in VisibleText.Of(value, joiners: true))
                switch (c)
                {
                    case '<': _text.Append("&lt;"); break;
                    case '>': _text.Append("&gt;"); break;
                    case '&': _text.Append("&amp;"); break;
                    case '"': _text.Append("&quot;"); break;
                    case '\n' or '\t': _text.Append(' '); break;
                    default: _text.Append(c); break;
                }
            _text.Append('"');
        }
    }

    private MarkupWriter Line(string name)
    {
        if (name is not ("mark" or "bdi" or "span" or "b" or "a" or "code" or "small" or "wbr" or "abbr"))
            _text.Append('\n');
        return this;
    }

    private static string Plain(string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or ':')
            ? name
            : throw new ArgumentException($"«{name}» is no name of markup", nameof(name));
}
