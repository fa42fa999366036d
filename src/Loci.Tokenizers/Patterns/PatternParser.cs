using System.Globalization;
using System.Text;
using Loci.Tokenizers.Pipeline;
using static Loci.Tokenizers.Patterns.PatternNode;

namespace Loci.Tokenizers.Patterns;

/// <summary>
/// Reads the part of Oniguruma's Ruby syntax that tokenizers use: literals, <c>.</c>, classes, <c>\s \d \w \p{L}</c>
/// and their complements, <c>^ $ \A \z \Z</c>, groups, <c>(?i:</c> around ASCII characters, alternatives, look-ahead,
/// atomic groups, greedy, lazy and possessive repetition. As there, <c>$</c> is the end of a line, and <c>{1,3}+</c>
/// repeats the repetition. Whatever else, or means different things to different engines, is refused by name.
/// </summary>
internal sealed class PatternParser(string pattern, JsonField field)
{
    private const int DeepestNesting = 64;
    private const int MostRepeats = 1000;

    private int at;
    private int depth;
    private bool ignoreCase;

    public PatternNode Parse()
    {
        var node = Choice();
        return at == pattern.Length ? node : throw Refuse("a closing parenthesis without an opening one");
    }

    private PatternNode Choice()
    {
        if (++depth > DeepestNesting) throw Refuse($"nesting deeper than {DeepestNesting}");
        var parts = new List<PatternNode> { Sequence() };
        while (Take('|')) parts.Add(Sequence());
        depth--;
        return parts.Count == 1 ? parts[0] : new Choice(parts);
    }

    private PatternNode Sequence()
    {
        var parts = new List<PatternNode>();
        int folded = -1;
        while (at < pattern.Length && pattern[at] is not ('|' or ')'))
        {
            int start = at;
            var atom = Repeated(Atom(out int literal), literal);
            if (ignoreCase && folded >= 0) RefuseFoldedPair((char)folded, (char)literal);
            folded = ignoreCase ? literal : -1;
            if (at == start) throw Refuse("this syntax");
            parts.Add(atom);
        }
        return parts.Count == 1 ? parts[0] : new Sequence(parts);
    }

    /// <summary>
    /// One character, class or group; <paramref name="literal"/> is the character where it is a plain one.
    /// </summary>
    private PatternNode Atom(out int literal)
    {
        literal = -1;
        char c = pattern[at];
        if (c == '(') return Group();
        if (TakeAnchor() is { } anchor) return new At(anchor);
        if (c is '*' or '+' or '?' or '{' or '}') throw Refuse($"«{c}» at character {at}");
        if (c != '[' && c != '.' && c != '\\' || IsLiteralEscape())
        {
            literal = Literal();
            return new One(
                ignoreCase ? Folded(literal) : new CharacterClass([CharacterClass.Item.Range(literal, literal)]));
        }
        if (ignoreCase && c == '[') return new One(FoldedClass());
        if (ignoreCase) throw Refuse("a set where case is ignored");
        if (Take('.')) return new One(new CharacterClass([CharacterClass.Item.Range('\n', '\n')], negated: true));
        return new One(c == '[' ? new PatternClassParser(this).Class() : new CharacterClass(Escape()));
    }

    private Anchor? TakeAnchor()
    {
        if (Take('^')) return Anchor.LineStart;
        if (Take('$')) return Anchor.LineEnd;
        Anchor? anchor = LooksAt("\\A")
            ? Anchor.TextStart
            : LooksAt("\\z")
            ? Anchor.TextEnd
            : LooksAt("\\Z")
            ? Anchor.LastLineEnd
            : null;
        if (anchor is not null) at += 2;
        return anchor;
    }

    private PatternNode Group()
    {
        Expect('(');
        bool outer = ignoreCase;
        Func<PatternNode, PatternNode> wrap = node => node;
        if (Take('?'))
        {
            if (Take(':')) { }
            else if (Take('=')) wrap = node => new Ahead(node, Negated: false);
            else if (Take('!')) wrap = node => new Ahead(node, Negated: true);
            else if (Take('>')) wrap = node => new Atomic(node);
            else if (Take('i')) { ignoreCase = true; Expect(':'); }
            else throw Refuse($"the group at character {at - 2}");
        }
        var body = Choice();
        Expect(')');
        ignoreCase = outer;
        return wrap(body);
    }

    private PatternNode Repeated(PatternNode atom, int literal)
    {
        int least, most;
        bool counted = false;
        if (Take('?')) (least, most) = (0, 1);
        else if (Take('*')) (least, most) = (0, int.MaxValue);
        else if (Take('+')) (least, most) = (1, int.MaxValue);
        else if (Take('{')) { (least, most) = Counts(); counted = true; }
        else return atom;

        var greed = Greed.Greedy;
        // After {n,m}, + is no modifier in Ruby's syntax but a repetition of its own; without a comma, ? is one too.
        if (counted && at < pattern.Length && pattern[at] == '?') throw Refuse("«?» after {...}");
        bool again = counted && Take('+');
        if (again) { }
        else if (Take('?')) greed = Greed.Lazy;
        else if (Take('+')) greed = Greed.Possessive;
        if (at < pattern.Length && pattern[at] is '?' or '*' or '+' or '{')
            throw Refuse("a repetition of a repetition");
        if (ignoreCase && literal >= 0) RefuseFoldedPair((char)literal, (char)literal);
        if (atom.CanBeEmpty || (again && least == 0)) throw Refuse("the repetition of something that can be empty");
        var repeat = new Repeat(atom, least, most, greed);
        return again ? new Repeat(repeat, 1, int.MaxValue, Greed.Greedy) : repeat;
    }

    private (int Least, int Most) Counts()
    {
        int least = Number();
        int most = least;
        if (Take(',')) most = at < pattern.Length && pattern[at] == '}' ? int.MaxValue : Number();
        Expect('}');
        if (most < least) throw Refuse($"{{{least},{most}}}");
        return (least, most);
    }

    private int Number()
    {
        int start = at;
        while (at < pattern.Length && char.IsAsciiDigit(pattern[at])) at++;
        return int.TryParse(
            pattern.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number <= MostRepeats
            ? number
            : throw Refuse($"the count at character {start} (at most {MostRepeats})");
    }

    internal bool IsLiteralEscape() =>
        pattern[at] == '\\' && at + 1 < pattern.Length
        && (pattern[at + 1] is 'n' or 'r' or 't' or 'f' or 'v' or 'x' or 'u'
            || !char.IsAsciiLetterOrDigit(pattern[at + 1]));

    /// <summary>A character that stands for itself, escaped or not.</summary>
    internal int Literal()
    {
        if (!Take('\\'))
        {
            if (Rune.DecodeFromUtf16(pattern.AsSpan(at), out var rune,
                out int length) != System.Buffers.OperationStatus.Done)
                throw Refuse("half a surrogate pair");
            at += length;
            return rune.Value;
        }
        char c = Next();
        switch (c)
        {
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'f': return '\f';
            case 'v': return '\v';
            case 'u': return Hexadecimal(4, 4);
            case 'x':
                if (!Take('{')) return Hexadecimal(2, 2) is var small and < 0x80 ? small : throw Refuse("\\x above 7F");
                int value = Hexadecimal(1, 8);
                Expect('}');
                return value;
            default:
                // Beyond ASCII an escape could hide half a surrogate pair.
                return c < 128 ? c : throw Refuse("the escape of a character that is not ASCII");
        }
    }

    private int Hexadecimal(int least, int most)
    {
        int start = at;
        while (at < pattern.Length && at - start < most && char.IsAsciiHexDigit(pattern[at])) at++;
        return at - start >= least
            && int.TryParse(
                pattern.AsSpan(start, at - start), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out int value)
            && Rune.IsValid(value)
            ? value
            : throw Refuse($"the character code at character {start}");
    }

    /// <summary>An escape that stands for a set.</summary>
    internal IEnumerable<CharacterClass.Item> Escape()
    {
        Expect('\\');
        char c = Next();
        switch (c)
        {
            case 's' or 'S': return [CharacterClass.Item.Space(c == 'S')];
            case 'd' or 'D': return [CharacterClass.Item.Of(Named("Nd"), c == 'D')];
            case 'w': return Categories.Word;
            case 'p' or 'P':
                Expect('{');
                int end = pattern.IndexOf('}', at);
                if (end < 0) throw Refuse("\\p{ without }");
                string name = pattern[at..end];
                at = end + 1;
                return [CharacterClass.Item.Of(Named(name), c == 'P')];
            default: throw Refuse($"«\\{c}»");
        }
    }

    private uint Named(string name) =>
        Categories.TryFind(name, out uint categories) ? categories : throw Refuse($"\\p{{{name}}}");

    private CharacterClass Folded(int literal) => new(FoldedItems(literal));

    /// <summary>A list of single characters where case is ignored.</summary>
    private CharacterClass FoldedClass()
    {
        Expect('[');
        var items = new List<CharacterClass.Item>();
        while (!Take(']'))
        {
            if (Peek() is '[' or '^' or '-' or '&' || (Peek() == '\\' && !IsLiteralEscape()))
                throw Refuse("anything but single characters in a class where case is ignored");
            items.AddRange(FoldedItems(Literal()));
        }
        return items.Count > 0 ? new(items) : throw Refuse("an empty class");
    }

    private List<CharacterClass.Item> FoldedItems(int literal)
    {
        if (literal >= 128) throw Refuse("a character that is not ASCII where case is ignored");
        var items = new List<CharacterClass.Item> { CharacterClass.Item.Range(literal, literal) };
        if (char.IsAsciiLetter((char)literal)) items.Add(CharacterClass.Item.Range(literal ^ 32, literal ^ 32));
        // Long s and the Kelvin sign fold to ASCII letters.
        if ((literal | 32) == 's') items.Add(CharacterClass.Item.Range(0x17F, 0x17F));
        if ((literal | 32) == 'k') items.Add(CharacterClass.Item.Range(0x212A, 0x212A));
        return items;
    }

    /// <summary>
    /// Where case is ignored, «ss» also means «ß», and so on: pairs that are one character elsewhere.
    /// </summary>
    private void RefuseFoldedPair(char first, char second)
    {
        string pair = $"{char.ToLowerInvariant(first)}{char.ToLowerInvariant(second)}";
        if (pair is "ss" or "st" or "ff" or "fi" or "fl") throw Refuse($"«{pair}» where case is ignored");
    }

    internal char Peek() => at < pattern.Length ? pattern[at] : throw Refuse("an end in the middle");

    internal bool LooksAt(string text) => string.CompareOrdinal(pattern, at, text, 0, text.Length) == 0;

    private char Next()
    {
        char c = Peek();
        at++;
        return c;
    }

    internal bool Take(char c)
    {
        if (at >= pattern.Length || pattern[at] != c) return false;
        at++;
        return true;
    }

    internal void Expect(char c)
    {
        if (!Take(c)) throw Refuse($"a missing «{c}» at character {at}");
    }

    internal UnsupportedException Refuse(string what) => field.Refuse($"in the regular expression «{pattern}», {what}");
}
