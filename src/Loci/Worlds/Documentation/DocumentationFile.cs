using System.Text;
using System.Xml;

namespace Loci.Worlds.Documentation;

/// <summary>A documentation file of a .NET assembly, the XML that stands beside its dll.</summary>
internal sealed class DocumentationFile
{
    private const long MostCharacters = 1 << 28;
    private const int DeepestElement = 64;

    private static readonly HashSet<string> s_kinds =
        ["summary", "param", "typeparam", "returns", "value", "exception", "remarks"];

    private readonly List<(string Id, string Kind, string Text)> _texts = [];

    private DocumentationFile(string path) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The assembly it documents.</summary>
    public string Assembly { get; private set; } = "";

    /// <summary>The ids of its types and of the types of its members.</summary>
    internal IEnumerable<string> Types => _texts.Where(text => text.Id[0] == 'T').Select(text => text.Id[2..]);

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidFileException">It is not XML, or documents no assembly.</exception>
    /// <exception cref="LociException">It cannot be read.</exception>
    public static DocumentationFile Read(string path)
    {
        var file = new DocumentationFile(path);
        using var stream = InputFile.Open(path);
        try
        {
            using var reader = XmlReader.Create(new BufferedStream(stream, 1 << 16), new()
            {
                DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MostCharacters,
                IgnoreComments = true, IgnoreProcessingInstructions = true,
            });
            file.Read(reader);
        }
        catch (XmlException e)
        {
            throw new InvalidFileException(path, $"it is no whole XML: {e.Message}");
        }
        catch (IOException e)
        {
            throw new LociException($"{path} cannot be read: {e.Message}", e);
        }
        if (file.Assembly.Length == 0)
            throw new InvalidFileException(path, "it names no assembly: it is no documentation of a .NET library");
        return file;
    }

    /// <summary>Its passages, in the order of the file.</summary>
    /// <param name="types">All types that are known, from this file and others.</param>
    internal IEnumerable<DocumentationPassage> Passages(IReadOnlySet<string> types)
    {
        foreach (var of in _texts.GroupBy(text => text.Id))
        {
            var subject = DocumentationId.Place(of.Key, Assembly, types);
            foreach (var (_, kind, text) in of) yield return new(text, kind, subject);
        }
    }

    private void Read(XmlReader reader)
    {
        string? member = null;
        reader.MoveToContent();
        if (reader.NodeType != XmlNodeType.Element || reader.Name != "doc") return;
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element) continue;
            if (reader.Depth == 2 && reader.Name == "name")
            {
                Assembly = Text(reader);
            }
            else if (reader.Depth == 2 && reader.Name == "member")
            {
                string? id = reader.GetAttribute("name");
                member = id is not null && DocumentationId.TypeOf(id) is not null ? id : null;
            }
            else if (reader.Depth == 3 && member is not null && s_kinds.Contains(reader.Name))
            {
                Add(member, reader);
            }
        }
    }

    private void Add(string member, XmlReader reader)
    {
        string kind = reader.Name;
        // As documentation shows them: the name of a parameter or an exception before what is said of it.
        string? of = kind switch
        {
            "param" or "typeparam" => reader.GetAttribute("name"),
            "exception" => reader.GetAttribute("cref") is { } cref ? DocumentationId.Shown(cref) : null,
            _ => null,
        };
        string text = Text(reader);
        if (text.Length > 0) _texts.Add((member, kind, of is null ? text : $"{of}: {text}"));
    }

    // The text of the element the reader stands on, references resolved, runs of white space one space.
    private static string Text(XmlReader reader)
    {
        var text = new StringBuilder();
        int depth = reader.Depth;
        if (reader.IsEmptyElement) return "";
        while (reader.Read() && reader.Depth > depth)
        {
            if (reader.Depth > depth + DeepestElement) throw new XmlException("elements are nested too deeply");
            switch (reader.NodeType)
            {
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace
                    or XmlNodeType.Whitespace:
                    text.Append(reader.Value);
                    break;
                case XmlNodeType.Element:
                    text.Append(Before(reader));
                    break;
                case XmlNodeType.EndElement when reader.Name is "para" or "p" or "item" or "li" or "term" or "code":
                    text.Append(' ');
                    break;
            }
        }
        return string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private static string Before(XmlReader reader)
    {
        bool empty = reader.IsEmptyElement;
        return reader.Name switch
        {
            "paramref" or "typeparamref" => reader.GetAttribute("name") ?? "",
            "see" or "seealso" when !empty => "",       // its own text follows
            "see" or "seealso" => reader.GetAttribute("langword")
                ?? (reader.GetAttribute("cref") is { } cref ? DocumentationId.Shown(cref) : null)
                ?? reader.GetAttribute("href") ?? "",
            "xref" when empty => DocumentationId.Shown(reader.GetAttribute("uid") ?? ""),
            "para" or "p" or "item" or "li" or "br" or "code" or "description" or "listheader" => " ",
            _ => "",
        };
    }
}
