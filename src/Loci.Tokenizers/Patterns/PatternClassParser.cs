namespace Loci.Tokenizers.Patterns;

/// <summary>
/// Reads <c>[...]</c>. Nested classes, intersections and POSIX names differ between engines and are refused.
/// </summary>
internal sealed class PatternClassParser(PatternParser parser)
{
    public CharacterClass Class()
    {
        parser.Expect('[');
        bool negated = parser.Take('^');
        var items = new List<CharacterClass.Item>();
        if (parser.Peek() == ']') throw parser.Refuse("an empty class, or «]» first in a class");
        while (!parser.Take(']'))
        {
            if (parser.Peek() == '[') throw parser.Refuse("«[» inside a class");
            if (parser.LooksAt("&&")) throw parser.Refuse("«&&» inside a class");
            if (parser.Peek() == '\\' && !parser.IsLiteralEscape())
            {
                items.AddRange(parser.Escape());
                if (parser.Peek() == '-' && !parser.LooksAt("-]"))
                    throw parser.Refuse("a range that begins with a set");
                continue;
            }
            int first = parser.Literal();
            int last = first;
            if (parser.Peek() == '-' && !parser.LooksAt("-]"))
            {
                // A hyphen that began the class (or followed a range) stands for itself; no range begins with it.
                parser.Expect('-');
                if (parser.Peek() == '[' || (parser.Peek() == '\\' && !parser.IsLiteralEscape()))
                    throw parser.Refuse("a range that ends with a set");
                last = parser.Literal();
                if (last < first) throw parser.Refuse("a range that runs backwards");
            }
            items.Add(CharacterClass.Item.Range(first, last));
        }
        return new CharacterClass(items, negated);
    }
}
