using System.Text;
using Loci.Tokenizers.Patterns;

namespace Loci.Tokenizers.Pipeline;

/// <summary>What a pipeline part looks for in a text: a literal string, or a regular expression.</summary>
internal sealed class TextPattern
{
    private readonly string? literal;
    private readonly ScalarRegex? pattern;

    public TextPattern(string literal) => this.literal = literal;

    public TextPattern(ScalarRegex pattern) => this.pattern = pattern;

    /// <summary>Reads <c>{"String": ...}</c> or <c>{"Regex": ...}</c>.</summary>
    public static TextPattern Read(JsonField field)
    {
        if (!field["String"].IsNull) return new(field["String"].String());
        var regex = field["Regex"];
        if (regex.IsNull) throw field.Refuse("a pattern that is neither String nor Regex");
        return new(ScalarRegex.Parse(regex.String(), field));
    }

    /// <summary>The next match at or after a place: false when there is none. An empty literal never matches.</summary>
    public bool Next(ReadOnlySpan<char> text, int from, ref ScalarRegexScan scan, out int start, out int end)
    {
        if (pattern is not null) return pattern.Next(text, from, ref scan, out start, out end);
        int found = literal!.Length == 0 ? -1 : text[from..].IndexOf(literal, StringComparison.Ordinal);
        start = from + found;
        end = start + literal.Length;
        return found >= 0;
    }

    public string Replace(string text, string content)
    {
        if (literal is not null)
            return literal.Length == 0 ? text : text.Replace(literal, content, StringComparison.Ordinal);
        StringBuilder? result = null;
        int at = 0;
        var scan = new ScalarRegexScan(text.Length);
        while (Next(text, at, ref scan, out int start, out int end))
        {
            result ??= new StringBuilder(text.Length);
            result.Append(text, at, start - at).Append(content);
            at = end;
        }
        return result is null ? text : result.Append(text, at, text.Length - at).ToString();
    }
}
