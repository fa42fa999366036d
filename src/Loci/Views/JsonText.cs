using System.Globalization;
using System.Text;

namespace Loci.Views;

/// <summary>JSON that is safe to print.</summary>
public static class JsonText
{
    /// <summary>Escapes what is invisible or turns the reading direction; the document means the same.</summary>
    /// <param name="document">A JSON document: outside its strings it is ASCII.</param>
    public static string Escape(string document)
    {
        if (Ascii.IsValid(document)) return document;
        var safe = new StringBuilder(document.Length);
        foreach (char c in document)
            if (c > '~' && char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse)
                safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            else safe.Append(c);
        return safe.ToString();
    }
}
